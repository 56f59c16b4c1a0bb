package org.snapshotproxy.endpoint.store;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.ReferenceCounted;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Blocks on the heap. */
final class MemorySlots implements Slots {
  private final ConcurrentHashMap<Long, byte[]> blocks = new ConcurrentHashMap<>();
  private final AtomicLong next = new AtomicLong();

  @Override
  public long append(ByteBuf block) {
    byte[] bytes = new byte[Geometry.BLOCK_SIZE];
    block.getBytes(block.readerIndex(), bytes);
    long slot = next.getAndIncrement();
    blocks.put(slot, bytes);
    return slot;
  }

  @Override
  public ReferenceCounted body(long slot) {
    return Unpooled.wrappedBuffer(blocks.get(slot));
  }

  @Override
  public void force() {}

  @Override
  public void close() {
    blocks.clear();
  }
}
