package org.snapshotproxy.operators;

import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.ThreadSafeSimpleCounter;

/** What the fetch counts; counted from many reading threads. */
final class FetchMetrics {
  private final Counter blocksRead;
  private final Counter zeroBlocks;
  private final Counter digestMismatches;

  FetchMetrics(MetricGroup group) {
    this.blocksRead = group.counter("blocksRead", new ThreadSafeSimpleCounter());
    this.zeroBlocks = group.counter("zeroBlocks", new ThreadSafeSimpleCounter());
    this.digestMismatches = group.counter("digestMismatches", new ThreadSafeSimpleCounter());
  }

  void read(int blocks) {
    blocksRead.inc(blocks);
    Progress.addRead(blocks);
  }

  void zero() {
    zeroBlocks.inc();
  }

  void mismatch() {
    digestMismatches.inc();
  }
}
