package org.snapshotproxy.operators;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import org.snapshotproxy.connectors.base.Block;
import org.snapshotproxy.connectors.base.BlockWriter;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.Digests;
import org.snapshotproxy.connectors.base.Masks;
import org.snapshotproxy.connectors.base.Receipt;
import org.snapshotproxy.connectors.base.Segment;

/**
 * One segment being written: its blocks and the runs to clear side by side; each buffer goes back
 * as its block is done.
 */
final class SegmentWrite {
  private final Segment segment;
  private final BlockWriter writer;
  private final IntConsumer written;
  private final AtomicInteger remaining;
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final CompletableFuture<Receipt> result = new CompletableFuture<>();

  SegmentWrite(Segment segment, BlockWriter writer, IntConsumer written) {
    this.segment = segment;
    this.writer = writer;
    this.written = written;
    this.remaining = new AtomicInteger(segment.blocks().size() + 1);
  }

  CompletableFuture<Receipt> start(Executor threads) {
    for (Block block : segment.blocks()) {
      execute(threads, () -> put(block), () -> block.buffer().release());
    }
    if (segment.clear() == 0) {
      ended();
    } else {
      execute(threads, this::clear, () -> {});
    }
    return result;
  }

  private void put(Block block) throws Exception {
    writer.put(block);
    written.accept(1);
  }

  private void clear() throws Exception {
    Masks.<Exception>forEachRun(segment.segment(), segment.clear(), writer::clear);
  }

  private void execute(Executor threads, Step step, Runnable after) {
    try {
      threads.execute(
          () -> {
            try {
              if (failure.get() == null) {
                step.run();
              }
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
              failure.compareAndSet(null, e);
            } catch (Throwable e) {
              failure.compareAndSet(null, e);
            } finally {
              after.run();
              ended();
            }
          });
    } catch (RejectedExecutionException e) {
      failure.compareAndSet(null, e);
      after.run();
      ended();
    }
  }

  private void ended() {
    if (remaining.decrementAndGet() > 0) {
      return;
    }
    if (failure.get() != null) {
      result.completeExceptionally(failure.get());
    } else {
      result.complete(receipt());
    }
  }

  private Receipt receipt() {
    List<Block> blocks = segment.blocks();
    long mask = 0;
    byte[] digests = new byte[blocks.size() * Digests.LENGTH];
    for (int i = 0; i < blocks.size(); i++) {
      mask |= Blocks.bit(blocks.get(i).index());
      System.arraycopy(blocks.get(i).digest(), 0, digests, i * Digests.LENGTH, Digests.LENGTH);
    }
    return new Receipt(segment.segment(), mask, segment.clear(), segment.skipped(), digests);
  }

  private interface Step {
    void run() throws Exception;
  }
}
