package org.snapshotproxy.operators;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.snapshotproxy.connectors.base.Block;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.Masks;
import org.snapshotproxy.connectors.base.Segment;

/**
 * One segment being written to one destination: its parts and the runs to clear side by side; each
 * buffer goes back as its part is done. A failure gives the destination up.
 */
final class SegmentWrite {
  private final Segment segment;
  private final Lane lane;
  private final AtomicInteger remaining = new AtomicInteger();
  private final CompletableFuture<Void> result = new CompletableFuture<>();

  SegmentWrite(Segment segment, Lane lane) {
    this.segment = segment;
    this.lane = lane;
  }

  private List<List<Block>> parts() {
    long mask = 0;
    for (Block block : segment.blocks()) {
      mask |= Blocks.bit(block.index());
    }
    List<List<Block>> parts = new ArrayList<>();
    long[] masks = Masks.checkParts(lane.writer().parts(segment.segment(), mask), mask);
    for (long part : masks) {
      parts.add(
          segment.blocks().stream()
              .filter(block -> (part & Blocks.bit(block.index())) != 0)
              .toList());
    }
    return parts;
  }

  /** Completes when nothing of it holds a buffer any more, whatever became of it. */
  CompletableFuture<Void> start() {
    List<List<Block>> parts;
    try {
      parts = parts();
    } catch (RuntimeException e) {
      lane.giveUp(e);
      segment.release();
      result.complete(null);
      return result;
    }
    remaining.set(parts.size() + 1);
    for (List<Block> part : parts) {
      execute(() -> lane.put(part), () -> part.forEach(block -> block.buffer().release()));
    }
    if (segment.clear() == 0) {
      ended();
    } else {
      execute(this::clear, () -> {});
    }
    return result;
  }

  private void clear() throws Exception {
    Masks.<Exception>forEachRun(segment.segment(), segment.clear(), lane::clear);
  }

  private void execute(Step step, Runnable after) {
    try {
      lane.threads()
          .execute(
              () -> {
                try {
                  if (lane.failure() == null) {
                    step.run();
                  }
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                  lane.giveUp(e);
                } catch (Throwable e) {
                  lane.giveUp(e);
                }
                end(after);
              });
    } catch (RejectedExecutionException e) {
      lane.giveUp(e);
      end(after);
    }
  }

  /** Whatever becomes of it: what is not ended would be waited for without an end. */
  private void end(Runnable after) {
    try {
      after.run();
    } catch (Throwable e) {
      lane.giveUp(e);
    }
    ended();
  }

  private void ended() {
    if (remaining.decrementAndGet() == 0) {
      result.complete(null);
    }
  }

  private interface Step {
    void run() throws Exception;
  }
}
