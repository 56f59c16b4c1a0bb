package org.snapshotproxy.operators;

import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;

/** Keeps every metric that Flink hands to a reporter, also after its operator has closed. */
public final class CollectingReporter implements MetricReporter, MetricReporterFactory {
  private static final List<Reported> REPORTED = new CopyOnWriteArrayList<>();

  private record Reported(String name, Map<String, String> labels, Metric metric) {}

  static void clear() {
    REPORTED.clear();
  }

  /** The sum over the subtasks of an operator, and its attempts, of a counter or a gauge. */
  static long sum(String operator, String name, Map<String, String> labels) {
    return found(operator, name, labels).stream().mapToLong(each -> value(each.metric())).sum();
  }

  /** What the latest attempt of an operator of one subtask says. */
  static long last(String operator, String name) {
    List<Reported> found = found(operator, name, Map.of());
    return value(found.get(found.size() - 1).metric());
  }

  private static List<Reported> found(String operator, String name, Map<String, String> labels) {
    List<Reported> found =
        REPORTED.stream()
            .filter(each -> each.name().equals(name))
            .filter(each -> operator.equals(each.labels().get("<operator_name>")))
            .filter(each -> each.labels().entrySet().containsAll(labels.entrySet()))
            .toList();
    if (found.isEmpty()) {
      throw new AssertionError(
          "no metric "
              + name
              + " of '"
              + operator
              + "' "
              + labels
              + ", but of "
              + REPORTED.stream()
                  .map(each -> each.labels().get("<operator_name>"))
                  .distinct()
                  .toList());
    }
    return found;
  }

  private static long value(Metric metric) {
    if (metric instanceof Counter counter) {
      return counter.getCount();
    }
    return ((Number) ((Gauge<?>) metric).getValue()).longValue();
  }

  @Override
  public void notifyOfAddedMetric(Metric metric, String name, MetricGroup group) {
    String[] scope = group.getScopeComponents();
    boolean ours = List.of(scope).contains("fsp");
    REPORTED.add(
        new Reported(ours ? "fsp." + name : name, Map.copyOf(group.getAllVariables()), metric));
  }

  @Override
  public void notifyOfRemovedMetric(Metric metric, String name, MetricGroup group) {
    // Kept on purpose.
  }

  @Override
  public MetricReporter createMetricReporter(Properties properties) {
    return this;
  }

  @Override
  public void open(MetricConfig config) {
    // Nothing to open.
  }

  @Override
  public void close() {
    // Nothing to close.
  }
}
