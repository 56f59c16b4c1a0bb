package org.snapshotproxy.connectors.ebs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.Test;
import org.snapshotproxy.connectors.aws.AwsAccess;
import org.snapshotproxy.connectors.aws.RequestLimit;
import org.snapshotproxy.connectors.base.RequestMetrics;

/** A job's limit is shared by its subtasks: a process may send what those of its own bring. */
class SharedLimitTest {
  private final AwsAccess access =
      AwsAccess.of("us-east-1", null, null, "http://127.0.0.1:1", Map.of())
          .within(new RequestLimit(100, 4));

  /** Keeps what tells the pace. */
  private static final class Gauges extends UnregisteredMetricsGroup {
    private final Map<String, Gauge<?>> byName = new HashMap<>();

    @Override
    public MetricGroup addGroup(String key, String value) {
      return this;
    }

    @Override
    public <T, G extends Gauge<T>> G gauge(String name, G gauge) {
      byName.put(name, gauge);
      return gauge;
    }

    Object allowed() {
      return byName.get("allowedPerSecond").getValue();
    }
  }

  @Test
  void aReaderBringsItsShareAndTakesItAway() {
    Gauges gauges = new Gauges();
    AwsClients first = AwsClients.openReader(access);
    first.reads().measured(new RequestMetrics(gauges), "GetSnapshotBlock");
    assertThat(gauges.allowed()).isEqualTo(25.0);

    AwsClients second = AwsClients.openReader(access);
    assertThat(second).isSameAs(first);
    assertThat(gauges.allowed()).isEqualTo(50.0);

    second.closeReader();
    assertThat(gauges.allowed()).isEqualTo(25.0);
    first.closeReader();
  }

  @Test
  void writersHaveALimitOfTheirOwn() {
    Gauges gauges = new Gauges();
    AwsClients reader = AwsClients.openReader(access);
    AwsClients writers = AwsClients.openWriter(access);
    writers.writes().measured(new RequestMetrics(gauges), "PutSnapshotBlock");
    AwsClients.openWriter(access);
    AwsClients.openWriter(access);

    assertThat(gauges.allowed()).isEqualTo(75.0);

    for (int i = 0; i < 3; i++) {
      writers.closeWriter();
    }
    reader.closeReader();
  }

  @Test
  void moreSubtasksThanTheLimitIsAmongDoNotRaiseIt() {
    Gauges gauges = new Gauges();
    AwsClients clients = AwsClients.openReader(access);
    clients.reads().measured(new RequestMetrics(gauges), "GetSnapshotBlock");
    for (int i = 0; i < 5; i++) {
      AwsClients.openReader(access);
    }

    assertThat(gauges.allowed()).isEqualTo(100.0);

    for (int i = 0; i < 6; i++) {
      clients.closeReader();
    }
  }
}
