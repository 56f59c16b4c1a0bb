package org.snapshotproxy.operators;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.snapshotproxy.connectors.base.Receipt;
import org.snapshotproxy.connectors.base.Segment;

/**
 * One segment on its way to every destination that is not given up, from the one copy that was
 * read. Its buffers go back when the slowest has them.
 */
final class SegmentDelivery {
  private final Segment segment;
  private final List<Lane> lanes;
  private final AtomicInteger remaining;
  private final CompletableFuture<Receipt> result = new CompletableFuture<>();

  SegmentDelivery(Segment segment, List<Lane> lanes) {
    this.segment = segment;
    this.lanes = lanes;
    this.remaining = new AtomicInteger(lanes.size());
  }

  /** Completes, with no failure of a destination: that is the lanes' to tell. */
  CompletableFuture<Receipt> start() {
    segment.retain(lanes.size() - 1);
    for (Lane lane : lanes) {
      if (lane.failure() != null) {
        segment.release();
        ended();
      } else {
        new SegmentWrite(segment, lane).start().whenComplete((done, error) -> ended());
      }
    }
    return result;
  }

  private void ended() {
    if (remaining.decrementAndGet() == 0) {
      Progress.addWritten(segment.blocks().size());
      try {
        result.complete(Receipt.of(segment));
      } catch (Throwable e) {
        result.completeExceptionally(e);
      }
    }
  }
}
