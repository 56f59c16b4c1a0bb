package org.snapshotproxy.connectors.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.Test;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.base.RequestMetrics;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/** What is counted of requests: each that is sent, and each by how it ended. */
class RetrierMetricsTest {
  private final Registered registered = new Registered();
  private final Retrier retrier = new Retrier(Patience.of(3));
  private final RequestMetrics.Operation operation =
      retrier.measured(new RequestMetrics(registered), "GetSnapshotBlock");

  /** Keeps what is registered, by its name. */
  private static final class Registered extends UnregisteredMetricsGroup {
    private final Map<String, Counter> counters = new HashMap<>();
    private final Map<String, Histogram> histograms = new HashMap<>();
    private final Map<String, Gauge<?>> gauges = new HashMap<>();
    private String labels = "";

    @Override
    public MetricGroup addGroup(String key, String value) {
      labels += key + "=" + value;
      return this;
    }

    @Override
    public <C extends Counter> C counter(String name, C counter) {
      counters.put(name, counter);
      return counter;
    }

    @Override
    public <H extends Histogram> H histogram(String name, H histogram) {
      histograms.put(name, histogram);
      return histogram;
    }

    @Override
    public <T, G extends Gauge<T>> G gauge(String name, G gauge) {
      gauges.put(name, gauge);
      return gauge;
    }

    long count(String name) {
      return counters.get(name).getCount();
    }
  }

  /** Sends a request whose answers are these HTTP statuses, one after the other. */
  private String send(int... statuses) throws Exception {
    Queue<Integer> answers = new ArrayDeque<>();
    for (int status : statuses) {
      answers.add(status);
    }
    return retrier.call(
        operation,
        () -> "GetSnapshotBlock of block 5",
        () -> {
          assertThat(registered.gauges.get("inFlight").getValue()).isEqualTo(1);
          int status = answers.remove();
          if (status != 200) {
            throw AwsServiceException.builder()
                .statusCode(status)
                .awsErrorDetails(AwsErrorDetails.builder().errorCode("E").build())
                .build();
          }
          return "done";
        });
  }

  private List<Long> counts() {
    return List.of(
        registered.count("requests"),
        registered.count("throttles"),
        registered.count("retries"),
        registered.count("failures"));
  }

  @Test
  void aRequestThatSucceedsInTheEnd() throws Exception {
    assertThat(send(429, 429, 500, 200)).isEqualTo("done");

    assertThat(registered.labels).isEqualTo("operation=GetSnapshotBlock");
    assertThat(counts()).containsExactly(4L, 2L, 1L, 0L);
    assertThat(registered.histograms.get("latencyMicros").getCount()).isEqualTo(4);
    assertThat(registered.gauges.get("inFlight").getValue()).isEqualTo(0);
  }

  @Test
  void aRequestThatIsRefused() {
    assertThatThrownBy(() -> send(400)).isInstanceOf(FspException.class);

    assertThat(counts()).containsExactly(1L, 0L, 0L, 1L);
  }

  @Test
  void aRequestWhoseAttemptsAreUsedUp() {
    assertThatThrownBy(() -> send(500, 500, 500)).isInstanceOf(FspException.class);

    assertThat(counts()).containsExactly(3L, 0L, 2L, 1L);
  }

  @Test
  void theRateThatIsAllowedFollowsTheLimit() {
    assertThat(registered.gauges.get("allowedPerSecond").getValue())
        .isEqualTo(Double.POSITIVE_INFINITY);

    retrier.limit(250);

    assertThat(registered.gauges.get("allowedPerSecond").getValue()).isEqualTo(250.0);
  }
}
