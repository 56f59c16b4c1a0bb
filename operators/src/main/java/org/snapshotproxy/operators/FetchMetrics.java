package org.snapshotproxy.operators;

import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.ThreadSafeSimpleCounter;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.MemoryBudget;

/** What the fetch counts since it was opened; counted from many reading threads. */
final class FetchMetrics {
  private final Counter blocksRead;
  private final Counter bytesRead;
  private final Counter blocksVerified;
  private final Counter zeroBlocks;
  private final Counter blocksSkipped;
  private final Counter digestMismatches;

  /**
   * @param operator the fetch's group
   * @param budget shared with the other subtasks of the job in this task manager, whose gauges show
   *     the same
   */
  FetchMetrics(MetricGroup operator, MemoryBudget budget) {
    MetricGroup group = operator.addGroup("fsp");
    this.blocksRead = counter(group, "blocksRead");
    this.bytesRead = counter(group, "bytesRead");
    this.blocksVerified = counter(group, "blocksVerified");
    this.zeroBlocks = counter(group, "zeroBlocks");
    this.blocksSkipped = counter(group, "blocksSkipped");
    this.digestMismatches = counter(group, "digestMismatches");
    group.gauge("bytesInFlight", () -> (long) budget.lent() * Blocks.SIZE);
    group.gauge("bytesInFlightLimit", () -> (long) budget.capacity() * Blocks.SIZE);
  }

  private static Counter counter(MetricGroup group, String name) {
    return group.counter(name, new ThreadSafeSimpleCounter());
  }

  /**
   * @param blocks read
   * @param verified those of them whose digest the origin declares
   */
  void read(int blocks, int verified) {
    blocksRead.inc(blocks);
    bytesRead.inc((long) blocks * Blocks.SIZE);
    blocksVerified.inc(verified);
    Progress.addRead(blocks);
  }

  void zero() {
    zeroBlocks.inc();
  }

  void skipped() {
    blocksSkipped.inc();
  }

  void mismatch() {
    digestMismatches.inc();
  }
}
