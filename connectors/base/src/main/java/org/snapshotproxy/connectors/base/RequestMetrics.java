package org.snapshotproxy.connectors.base;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleSupplier;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.ThreadSafeSimpleCounter;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;

/**
 * What one subtask of an operator sends to a service, counted by operation from the operator's
 * opening on. Whoever sends the same operation for the subtask counts in the same place.
 * Thread-safe.
 */
@PublicEvolving
public final class RequestMetrics {
  /** Latencies that the histogram is made of, the last ones: some seconds of one subtask. */
  private static final int WINDOW = 1024;

  private final MetricGroup group;
  private final Map<String, Operation> operations = new ConcurrentHashMap<>();

  /**
   * @param group each operation adds its own group to it
   */
  public RequestMetrics(MetricGroup group) {
    this.group = group;
  }

  /** For whoever is not part of an operator: nobody reads them. */
  public static RequestMetrics unread() {
    return new RequestMetrics(new UnregisteredMetricsGroup());
  }

  /**
   * The metrics of an operation, registered when it is first asked for.
   *
   * @param name as the service's model has it, such as {@code GetSnapshotBlock}
   */
  public Operation of(String name) {
    return operations.computeIfAbsent(
        name, each -> new Operation(group.addGroup("operation", each)));
  }

  /** The requests of one operation. Thread-safe. */
  public static final class Operation {
    private final Counter requests;
    private final Counter retries;
    private final Counter throttles;
    private final Counter failures;
    private final Histogram latency;
    private final AtomicInteger inFlight = new AtomicInteger();
    private volatile DoubleSupplier allowed = () -> Double.POSITIVE_INFINITY;

    private Operation(MetricGroup group) {
      this.requests = counter(group, "requests");
      this.retries = counter(group, "retries");
      this.throttles = counter(group, "throttles");
      this.failures = counter(group, "failures");
      this.latency = group.histogram("latencyMicros", new DescriptiveStatisticsHistogram(WINDOW));
      group.gauge("inFlight", inFlight::get);
      group.gauge("allowedPerSecond", () -> allowed.getAsDouble());
    }

    private static Counter counter(MetricGroup group, String name) {
      return group.counter(name, new ThreadSafeSimpleCounter());
    }

    /**
     * Names whoever knows the pace of these requests.
     *
     * @param perSecond requests per second that may leave this process now; infinite without limit
     */
    public void allowedBy(DoubleSupplier perSecond) {
      allowed = perSecond;
    }

    /** A request leaves. */
    public void sent() {
      requests.inc();
      inFlight.incrementAndGet();
    }

    /** A request that was sent has ended, in whatever way, after so long. */
    public void ended(long nanos) {
      inFlight.decrementAndGet();
      latency.update(nanos / 1_000);
    }

    /** It was refused because there were too many, and is sent again. */
    public void throttled() {
      throttles.inc();
    }

    /** It failed, and is sent again. */
    public void retried() {
      retries.inc();
    }

    /** It failed and is not sent again. */
    public void failed() {
      failures.inc();
    }
  }
}
