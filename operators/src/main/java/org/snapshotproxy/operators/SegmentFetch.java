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
import org.snapshotproxy.connectors.base.BlockReader;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.Digests;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.base.Segment;
import org.snapshotproxy.connectors.base.SegmentDescriptor;

/**
 * One segment being read: its blocks side by side, each digested once and compared with what the
 * origin declares. It ends only when every block's read has ended, so no buffer is given back while
 * a thread still fills it.
 */
final class SegmentFetch {
  private static final Logger LOG = LoggerFactory.getLogger(SegmentFetch.class);

  /** Reads of a block whose bytes do not have the declared digest, before the block is given up. */
  static final int DIGEST_ATTEMPTS = 4;

  private final SegmentDescriptor descriptor;
  private final List<BlockBuffer> buffers;
  private final BlockReader reader;
  private final FetchMetrics metrics;
  private final boolean skipZeros;
  private final int[] indexes;
  private final Block[] blocks;
  private final AtomicInteger remaining;
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final CompletableFuture<Segment> result = new CompletableFuture<>();

  SegmentFetch(
      SegmentDescriptor descriptor,
      List<BlockBuffer> buffers,
      BlockReader reader,
      FetchMetrics metrics,
      boolean skipZeros) {
    this.descriptor = descriptor;
    this.buffers = buffers;
    this.reader = reader;
    this.metrics = metrics;
    this.skipZeros = skipZeros;
    this.indexes = descriptor.moveIndexes();
    this.blocks = new Block[indexes.length];
    this.remaining = new AtomicInteger(indexes.length);
  }

  CompletableFuture<Segment> start(Executor threads) {
    for (int i = 0; i < indexes.length; i++) {
      int position = i;
      try {
        threads.execute(() -> run(position));
      } catch (RejectedExecutionException e) {
        failure.compareAndSet(null, e);
        ended();
      }
    }
    return result;
  }

  private void run(int position) {
    try {
      if (failure.get() == null) {
        blocks[position] = read(position);
        metrics.read();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failure.compareAndSet(null, e);
    } catch (Throwable e) {
      failure.compareAndSet(null, e);
    } finally {
      ended();
    }
  }

  private Block read(int position) throws IOException, InterruptedException {
    BlockBuffer buffer = buffers.get(position);
    int index = indexes[position];
    for (int attempt = 1; ; attempt++) {
      byte[] declared = reader.read(descriptor, position, buffer.bytes());
      byte[] digest = Digests.sha256(buffer.bytes());
      if (declared == null || Arrays.equals(declared, digest)) {
        return new Block(index, buffer, digest);
      }
      metrics.mismatch();
      LOG.warn(
          "block {}: attempt {} of {}: the bytes do not have the declared SHA-256",
          index,
          attempt,
          DIGEST_ATTEMPTS);
      if (attempt == DIGEST_ATTEMPTS) {
        throw new FspException(
            String.format(
                "Block %d (byte offset %d) was read %d times and never had the SHA-256 its origin declares (%s, last read %s); the origin or the way to it is damaged.",
                index, Blocks.offset(index), attempt, hex(declared), hex(digest)));
      }
    }
  }

  private void ended() {
    if (remaining.decrementAndGet() > 0) {
      return;
    }
    if (failure.get() != null) {
      buffers.forEach(BlockBuffer::release);
      result.completeExceptionally(failure.get());
      return;
    }
    result.complete(assemble());
  }

  private Segment assemble() {
    long skipped = 0;
    List<Block> kept = new ArrayList<>(blocks.length);
    for (Block block : blocks) {
      if (block.isZero()) {
        metrics.zero();
        if (skipZeros) {
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
