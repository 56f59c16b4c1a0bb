package org.snapshotproxy.operators;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.snapshotproxy.connectors.base.Block;
import org.snapshotproxy.connectors.base.BlockBuffer;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.Digests;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.base.PartReader;
import org.snapshotproxy.connectors.base.Segment;
import org.snapshotproxy.connectors.base.SegmentDescriptor;

/**
 * One segment being read: its parts side by side, each digested once and compared with what the
 * origin declares. It ends only when every block's read has ended, so no buffer is given back while
 * a thread still fills it.
 */
final class SegmentFetch {
  private static final Logger LOG = LoggerFactory.getLogger(SegmentFetch.class);

  /** Reads of a block whose bytes do not have the declared digest, before the block is given up. */
  static final int DIGEST_ATTEMPTS = 4;

  private final SegmentDescriptor descriptor;
  private final List<BlockBuffer> buffers;
  private final PartReader reader;
  private final FetchMetrics metrics;
  private final boolean skipZeros;
  private final int[] indexes;
  private final Block[] blocks;
  private final long[] parts;
  private final AtomicInteger remaining;
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final CompletableFuture<Segment> result = new CompletableFuture<>();

  /**
   * @param parts as the reader divides the segment
   * @param buffers one for each block to move; given back where the fetch fails
   */
  SegmentFetch(
      SegmentDescriptor descriptor,
      long[] parts,
      List<BlockBuffer> buffers,
      PartReader reader,
      FetchMetrics metrics,
      boolean skipZeros) {
    this.descriptor = descriptor;
    this.buffers = buffers;
    this.reader = reader;
    this.metrics = metrics;
    this.skipZeros = skipZeros;
    this.indexes = descriptor.moveIndexes();
    this.blocks = new Block[indexes.length];
    this.parts = parts;
    this.remaining = new AtomicInteger(parts.length);
  }

  CompletableFuture<Segment> start(Executor threads) {
    for (long part : parts) {
      try {
        threads.execute(() -> run(part));
      } catch (RejectedExecutionException e) {
        failure.compareAndSet(null, e);
        ended();
      }
    }
    return result;
  }

  private void run(long part) {
    try {
      if (failure.get() == null) {
        read(part);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failure.compareAndSet(null, e);
    } catch (Throwable e) {
      failure.compareAndSet(null, e);
      for (int position : positions(part)) {
        LOG.debug("block {} is not read: {}", indexes[position], e.toString());
      }
    } finally {
      ended();
    }
  }

  private void read(long part) throws IOException, InterruptedException {
    int[] positions = positions(part);
    byte[][] into = new byte[positions.length][];
    for (int i = 0; i < positions.length; i++) {
      into[i] = buffers.get(positions[i]).bytes();
    }
    for (int attempt = 1; ; attempt++) {
      byte[][] declared = reader.read(descriptor, part, into);
      int damaged = take(positions, declared);
      if (damaged < 0) {
        metrics.read(positions.length, declared(declared));
        return;
      }
      metrics.mismatch();
      int position = positions[damaged];
      LOG.warn(
          "block {}: attempt {} of {}: the bytes do not have the declared SHA-256",
          indexes[position],
          attempt,
          DIGEST_ATTEMPTS);
      if (attempt == DIGEST_ATTEMPTS) {
        throw damaged(part, position, attempt, declared[damaged]);
      }
    }
  }

  /** Digests the blocks just read; the first that is not what was declared, or -1. */
  private int take(int[] positions, byte[][] declared) {
    for (int i = 0; i < positions.length; i++) {
      int position = positions[i];
      BlockBuffer buffer = buffers.get(position);
      byte[] digest = Digests.sha256(buffer.bytes());
      if (declared[i] != null && !Arrays.equals(declared[i], digest)) {
        return i;
      }
      blocks[position] = new Block(indexes[position], buffer, digest);
    }
    return -1;
  }

  private static int declared(byte[][] digests) {
    int count = 0;
    for (byte[] digest : digests) {
      count += digest == null ? 0 : 1;
    }
    return count;
  }

  private int[] positions(long part) {
    int[] positions = new int[Long.bitCount(part)];
    int next = 0;
    for (int i = 0; i < indexes.length; i++) {
      if ((part & Blocks.bit(indexes[i])) != 0) {
        positions[next++] = i;
      }
    }
    return positions;
  }

  private FspException damaged(long part, int position, int attempts, byte[] declared) {
    int index = indexes[position];
    return new FspException(
        String.format(
            "Block %d (byte offset %d) was read %d times and never had the SHA-256 that %s declares (%s, last read %s); the origin or the way to it is damaged.",
            index,
            Blocks.offset(index),
            attempts,
            reader.place(descriptor, part),
            hex(declared),
            hex(Digests.sha256(buffers.get(position).bytes()))));
  }

  private void ended() {
    if (remaining.decrementAndGet() > 0) {
      return;
    }
    try {
      if (failure.get() == null) {
        result.complete(assemble());
        return;
      }
      buffers.forEach(BlockBuffer::release);
    } catch (Throwable e) {
      failure.compareAndSet(null, e);
    }
    // Whatever came in between: what has no end is waited for for ever.
    result.completeExceptionally(failure.get());
  }

  private Segment assemble() {
    long skipped = 0;
    List<Block> kept = new ArrayList<>(blocks.length);
    for (Block block : blocks) {
      if (block.isZero()) {
        metrics.zero();
        if (skipZeros) {
          metrics.skipped();
          skipped |= Blocks.bit(block.index());
          block.buffer().release();
          continue;
        }
      }
      kept.add(block);
    }
    return new Segment(descriptor.segment(), kept, descriptor.clear(), skipped);
  }

  private static String hex(byte[] digest) {
    return HexFormat.of().formatHex(digest);
  }
}
