package org.snapshotproxy.connectors.base;

import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.annotation.PublicEvolving;

/**
 * The bytes of one block, on loan from a {@link MemoryBudget}. Counted: it goes back when every
 * holder has released it, so a block fanned out to several destinations is held once. Thread-safe.
 */
@PublicEvolving
public final class BlockBuffer {
  private final byte[] bytes;
  private final MemoryBudget owner;
  private final AtomicInteger holders = new AtomicInteger(1);

  BlockBuffer(byte[] bytes, MemoryBudget owner) {
    this.bytes = bytes;
    this.owner = owner;
  }

  /**
   * A buffer outside every budget, for bytes that came over the network inside Flink and for tests.
   */
  public static BlockBuffer unpooled(byte[] bytes) {
    if (bytes.length != Blocks.SIZE) {
      throw new IllegalArgumentException(
          "A block has " + Blocks.SIZE + " bytes, not " + bytes.length);
    }
    return new BlockBuffer(bytes, null);
  }

  /**
   * The array itself; {@link Blocks#SIZE} bytes. Not to be touched after the holder's {@link
   * #release}.
   */
  public byte[] bytes() {
    if (holders.get() <= 0) {
      throw new IllegalStateException("a released block buffer was used");
    }
    return bytes;
  }

  /** Adds holders, each of which must release. */
  public void retain(int more) {
    if (holders.getAndUpdate(held -> held <= 0 ? held : held + more) <= 0) {
      throw new IllegalStateException("a released block buffer was retained");
    }
  }

  /** Gives one hold back; the last one returns the memory. */
  public void release() {
    int left = holders.decrementAndGet();
    if (left < 0) {
      throw new IllegalStateException("a block buffer was released twice");
    }
    if (left == 0 && owner != null) {
      owner.giveBack(bytes);
    }
  }
}
