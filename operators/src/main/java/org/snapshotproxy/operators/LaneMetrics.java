package org.snapshotproxy.operators;

import java.util.function.BooleanSupplier;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.ThreadSafeSimpleCounter;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.RequestMetrics;

/** What one subtask counts of one destination since it was opened; from many writing threads. */
final class LaneMetrics {
  private final Counter blocksWritten;
  private final Counter bytesWritten;
  private final Counter blocksCleared;
  private final Counter writesRetried;
  private final RequestMetrics requests;

  /**
   * @param operator the writer's group
   * @param destination its name in the user's words
   * @param givenUp whether it is
   */
  LaneMetrics(MetricGroup operator, String destination, BooleanSupplier givenUp) {
    MetricGroup group = operator.addGroup("fsp").addGroup("destination", destination);
    this.blocksWritten = counter(group, "blocksWritten");
    this.bytesWritten = counter(group, "bytesWritten");
    this.blocksCleared = counter(group, "blocksCleared");
    this.writesRetried = counter(group, "writesRetried");
    this.requests = new RequestMetrics(group);
    group.gauge("givenUp", () -> givenUp.getAsBoolean() ? 1 : 0);
  }

  private static Counter counter(MetricGroup group, String name) {
    return group.counter(name, new ThreadSafeSimpleCounter());
  }

  /** The requests to this destination. */
  RequestMetrics requests() {
    return requests;
  }

  void written(int blocks) {
    blocksWritten.inc(blocks);
    bytesWritten.inc((long) blocks * Blocks.SIZE);
  }

  void cleared(int blocks) {
    blocksCleared.inc(blocks);
  }

  void retried() {
    writesRetried.inc();
  }
}
