package org.snapshotproxy.endpoint.store;

import io.netty.buffer.ByteBuf;
import io.netty.util.ReferenceCounted;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A layer of written blocks. A put goes to a new slot first and its record points there afterwards,
 * so that a process killed in between leaves the block as it was. Putting the digest that a block
 * already has writes nothing.
 */
public final class StoredLayer implements Layer {
  private static final int LOCKS = 256;

  private final Records records;
  private final Slots slots;
  private final Object[] locks = new Object[LOCKS];
  private final AtomicLong written = new AtomicLong();

  /**
   * @param knownWritten the number of blocks written so far, or {@code -1} to count them
   */
  StoredLayer(Records records, Slots slots, long knownWritten) throws IOException {
    this.records = records;
    this.slots = slots;
    Arrays.setAll(locks, i -> new Object());
    if (knownWritten < 0) {
      count();
    } else {
      written.set(knownWritten);
    }
  }

  private void count() throws IOException {
    LayerCursor cursor = cursor(0);
    for (int at; (at = cursor.peek(Integer.MAX_VALUE)) != Integer.MAX_VALUE; cursor.seek(at + 1)) {
      if (cursor.kind().listed()) {
        written.incrementAndGet();
      }
    }
  }

  /**
   * Writes a block.
   *
   * @param digest the SHA-256 of the 512 KiB readable in {@code block}
   * @param discard keep the digest only
   * @throws IOException if the disk refuses; the block is then as it was
   */
  public void put(int index, byte[] digest, ByteBuf block, boolean discard) throws IOException {
    Optional<BlockEntry> present = find(index);
    BlockKind kind = discard ? BlockKind.DISCARDED : BlockKind.DATA;
    if (present.isPresent()
        && present.get().kind() == kind
        && Arrays.equals(present.get().digest(), digest)) {
      return;
    }
    long slot = discard ? 0 : slots.append(block);
    point(index, new BlockEntry(kind, slot, digest));
  }

  /** Makes the layer lose a block, whether it was written here or below. */
  public void lose(int index) throws IOException {
    point(index, new BlockEntry(BlockKind.LOST, 0, new byte[0]));
  }

  private void point(int index, BlockEntry entry) throws IOException {
    synchronized (locks[index % LOCKS]) {
      boolean before = kindOf(index).listed();
      records.write(index, BlockRecord.encode(entry));
      boolean after = entry.kind().listed();
      if (before != after) {
        written.addAndGet(after ? 1 : -1);
      }
    }
  }

  /** The number of distinct blocks written. */
  public long written() {
    return written.get();
  }

  /** SHA-256 of the raw digests of the written blocks in ascending order of their indexes. */
  public byte[] linearChecksum() throws IOException {
    MessageDigest digest = Sha256.create();
    ByteBuffer page = ByteBuffer.allocate(Records.PAGE_SIZE);
    for (int p = records.nextPage(0); p >= 0; p = records.nextPage(p + 1)) {
      records.readPage(p, page);
      for (int offset = 0; offset < Records.PAGE_SIZE; offset += Records.RECORD_SIZE) {
        BlockRecord.decode(page, offset)
            .filter(entry -> entry.kind().listed())
            .ifPresent(entry -> digest.update(entry.digest()));
      }
    }
    return digest.digest();
  }

  /** Returns once all that was put is on stable storage: data first, then the records. */
  public void force() throws IOException {
    slots.force();
    records.force();
  }

  @Override
  public BlockKind kindOf(int index) throws IOException {
    return BlockRecord.kind(record(index), 0);
  }

  @Override
  public Optional<BlockEntry> find(int index) throws IOException {
    return BlockRecord.decode(record(index), 0);
  }

  private ByteBuffer record(int index) throws IOException {
    ByteBuffer record = ByteBuffer.allocate(Records.RECORD_SIZE);
    records.read(index, record);
    return record;
  }

  @Override
  public LayerCursor cursor(int from) {
    return new PageCursor(records, from);
  }

  @Override
  public ReferenceCounted body(BlockEntry entry, int index) throws IOException {
    return slots.body(entry.slot());
  }

  @Override
  public void close() throws IOException {
    try (slots) {
      records.close();
    }
  }

  /** Walks the records, one page in memory. */
  private static final class PageCursor implements LayerCursor {
    private final Records records;
    private final ByteBuffer page = ByteBuffer.allocate(Records.PAGE_SIZE);
    private int loaded = -1;
    private int position;
    private BlockKind kind = BlockKind.NONE;

    PageCursor(Records records, int from) {
      this.records = records;
      this.position = from;
    }

    @Override
    public int peek(int limit) throws IOException {
      while (position < limit) {
        int wanted = position / Records.PER_PAGE;
        if (wanted != loaded) {
          int next = records.nextPage(wanted);
          if (next < 0) {
            break;
          }
          if (next != wanted) {
            position = next * Records.PER_PAGE;
            continue;
          }
          records.readPage(wanted, page);
          loaded = wanted;
        }
        kind = BlockRecord.kind(page, position % Records.PER_PAGE * Records.RECORD_SIZE);
        if (kind != BlockKind.NONE) {
          return position;
        }
        position++;
      }
      return limit;
    }

    @Override
    public BlockKind kind() {
      return kind;
    }

    @Override
    public void seek(int index) {
      position = Math.max(position, index);
    }
  }
}
