package org.snapshotproxy.operators;

import java.util.Set;
import org.snapshotproxy.connectors.base.Segment;
import org.snapshotproxy.connectors.base.SegmentDescriptor;

/**
 * A descriptor that a fetch answers for, in every checkpoint, until the receipt of its segment is
 * made. So no checkpoint waits for a write, and none is without the segment: it holds the
 * descriptor, or the writer has the receipt.
 *
 * <p>Fetch and writer meet on the task thread: the writer takes part while the fetch hands the
 * segment down their chain. Where nobody does (Flink broke the chain, or a function between them
 * hands segments on later), the fetch answers no longer, and the writer waits in its flush. For the
 * task thread only.
 */
final class Custody {
  /** What is being handed down by this thread. */
  private static final ThreadLocal<Custody> HANDED = new ThreadLocal<>();

  private final SegmentDescriptor descriptor;
  private final Set<Custody> kept;
  private int holders = 1;

  /**
   * @param kept what the fetch answers for; this is in it until its last holder ends
   */
  Custody(SegmentDescriptor descriptor, Set<Custody> kept) {
    this.descriptor = descriptor;
    this.kept = kept;
    kept.add(this);
  }

  SegmentDescriptor descriptor() {
    return descriptor;
  }

  /** Runs the hand-over, in which writers may {@link #take} part; then the fetch itself is done. */
  void handDown(Runnable handOver) {
    Custody outer = HANDED.get();
    HANDED.set(this);
    try {
      handOver.run();
    } finally {
      HANDED.set(outer);
    }
    end();
  }

  /**
   * Takes part in the custody of the segment that is being handed down.
   *
   * @return null if that is another segment, or none; else to be {@link #end ended} when its
   *     receipt is made
   */
  static Custody take(Segment segment) {
    Custody custody = HANDED.get();
    if (custody == null || custody.descriptor.segment() != segment.segment()) {
      return null;
    }
    custody.holders++;
    return custody;
  }

  /** Ends one part of it. */
  void end() {
    if (--holders == 0) {
      kept.remove(this);
    }
  }
}
