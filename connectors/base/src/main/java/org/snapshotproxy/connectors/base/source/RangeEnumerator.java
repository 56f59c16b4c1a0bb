package org.snapshotproxy.connectors.base.source;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;

/**
 * Hands out ranges as readers ask for them. While any wait, the source reports a backlog, so that
 * checkpoints come at the long interval; after the last one they come at the short one and the
 * job's end is not waited for.
 */
final class RangeEnumerator implements SplitEnumerator<SegmentRange, PendingRanges> {
  private final SplitEnumeratorContext<SegmentRange> context;
  private final Deque<SegmentRange> pending;

  /** How many are pending, for the thread that reports metrics. */
  private volatile int waiting;

  RangeEnumerator(SplitEnumeratorContext<SegmentRange> context, PendingRanges pending) {
    this.context = context;
    this.pending = new ArrayDeque<>(pending.ranges());
  }

  @Override
  public void start() {
    context.metricGroup().setUnassignedSplitsGauge(() -> (long) waiting);
    pendingChanged();
  }

  private void pendingChanged() {
    waiting = pending.size();
    context.setIsProcessingBacklog(waiting > 0);
  }

  @Override
  public void handleSplitRequest(int subtask, String host) {
    if (!context.registeredReaders().containsKey(subtask)) {
      return;
    }
    SegmentRange next = pending.poll();
    if (next == null) {
      context.signalNoMoreSplits(subtask);
      return;
    }
    context.assignSplit(next, subtask);
    pendingChanged();
  }

  @Override
  public void addSplitsBack(List<SegmentRange> splits, int subtask) {
    for (int i = splits.size() - 1; i >= 0; i--) {
      pending.push(splits.get(i));
    }
    pendingChanged();
  }

  @Override
  public void addReader(int subtask) {
    // A reader asks for its ranges itself.
  }

  @Override
  public PendingRanges snapshotState(long checkpointId) {
    return new PendingRanges(new ArrayList<>(pending));
  }

  @Override
  public void close() {
    // Holds nothing open.
  }
}
