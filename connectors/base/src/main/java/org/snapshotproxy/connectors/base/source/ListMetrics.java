package org.snapshotproxy.connectors.base.source;

import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.snapshotproxy.connectors.base.SegmentDescriptor;

/** What a source's reader counts since it was opened; only the task thread touches it. */
final class ListMetrics {
  private final Counter rangesFinished;
  private final Counter segmentsListed;
  private final Counter blocksListed;
  private final Counter blocksToClear;

  ListMetrics(MetricGroup operator) {
    MetricGroup group = operator.addGroup("fsp");
    this.rangesFinished = group.counter("rangesFinished");
    this.segmentsListed = group.counter("segmentsListed");
    this.blocksListed = group.counter("blocksListed");
    this.blocksToClear = group.counter("blocksToClear");
  }

  void listed(SegmentDescriptor descriptor) {
    segmentsListed.inc();
    blocksListed.inc(descriptor.moveCount());
    blocksToClear.inc(Long.bitCount(descriptor.clear()));
  }

  void finished(int ranges) {
    rangesFinished.inc(ranges);
  }
}
