package org.snapshotproxy.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The metrics of a run, as Prometheus reads them, and the dashboard that is drawn from them. */
class PrometheusTest {
  private static final Path DASHBOARD =
      Path.of("..", "deploy", "metrics", "grafana-dashboard.json");

  /** A sample of the text format: a name, labels, a value. */
  private static final Pattern SAMPLE =
      Pattern.compile("(?m)^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? (\\S+)$");

  private static final String OPERATOR = "flink_taskmanager_job_task_operator_fsp_";

  private TestCloud cloud;
  private Witness virginia;

  @BeforeEach
  void start() throws Exception {
    cloud = TestCloud.start();
    virginia = cloud.in("us-east-1");
  }

  @AfterEach
  void stop() throws Exception {
    cloud.close();
  }

  @Test
  void aRunsCountsAndTheDashboardsNamesAreThere() throws Exception {
    String origin =
        virginia.completed(
            1, Map.of(0, Witness.block(1), 70, Witness.block(2), 140, Witness.block(3)));
    // The last block is not there before the metrics have been read.
    cloud.control().addFault("stall:op=GetSnapshotBlock,block=140");
    cloud.control().addFault("throttle:op=PutSnapshotBlock,n=2");
    int port = Ports.one();
    CompletableFuture<Invocation> copy =
        CompletableFuture.supplyAsync(
            () ->
                cloud.fsp("-D", "fsp.prometheus.port=" + port, "copy", origin, "-d", "eu-west-1"));

    Await.until(
        "two blocks written and every operator open",
        () -> sum(port, "destination_blocksWritten") == 2 && sum(port, "blocksAcknowledged") == 0);
    String text = scrape(port);
    cloud.control().clearFaults();

    assertThat(copy.get().code()).as(copy.get().err()).isZero();
    String id = copy.get().lastLine();
    assertThat(samples(text, OPERATOR + "destination_blocksWritten").keySet())
        .allMatch(labels -> labels.contains("destination=\"" + id));
    assertThat(sum(text, OPERATOR + "blocksRead")).isEqualTo(2);
    assertThat(sum(text, OPERATOR + "blocksListed")).isEqualTo(3);
    assertThat(sum(puts(text), "destination_operation_requests")).isEqualTo(4);
    assertThat(sum(puts(text), "destination_operation_latencyMicros_count")).isEqualTo(4);
    assertThat(sum(puts(text), "destination_operation_throttles")).isEqualTo(2);
    assertThat(sum(puts(text), "destination_operation_inFlight")).isZero();
    assertThat(sum(puts(text), "destination_operation_failures")).isZero();
    assertThat(samples(text, OPERATOR + "operation_allowedPerSecond"))
        .anySatisfy(
            (labels, allowed) -> {
              assertThat(labels).contains("operation=\"GetSnapshotBlock\"");
              assertThat(allowed).isEqualTo(1_000);
            });
    assertThat(text).doesNotContain(TestCloud.KEY).doesNotContain(TestCloud.SECRET);
    assertThat(names(text)).containsAll(dashboardNames());
  }

  @Test
  void aPortInUseIsRefusedAndNothingIsLeft() throws Exception {
    String origin = virginia.completed(1, Map.of(0, Witness.block(1)));
    try (ServerSocket taken = new ServerSocket(0)) {
      Invocation copy =
          cloud.fsp(
              "-D",
              "fsp.prometheus.port=" + taken.getLocalPort(),
              "copy",
              origin,
              "-d",
              "eu-west-1");

      assertThat(copy.code()).isEqualTo(1);
      assertThat(copy.err()).contains("fsp.prometheus.port").contains("in use");
      assertThat(cloud.in("eu-west-1").snapshots()).isEmpty();
    }
  }

  private static double sum(int port, String name) throws Exception {
    try {
      return sum(scrape(port), OPERATOR + name);
    } catch (IOException e) {
      return 0; // not there yet
    }
  }

  /** The sum over the subtasks; -1 where there is no such metric. */
  private static double sum(String text, String name) {
    Map<String, Double> samples = samples(text, name);
    return samples.isEmpty() ? -1 : samples.values().stream().mapToDouble(each -> each).sum();
  }

  private static Map<String, Double> samples(String text, String name) {
    Map<String, Double> found = new TreeMap<>();
    Matcher sample = SAMPLE.matcher(text);
    while (sample.find()) {
      if (sample.group(1).equals(name)) {
        // The format writes infinity in its own way.
        found.put(sample.group(2), Double.valueOf(sample.group(3).replace("Inf", "Infinity")));
      }
    }
    return found;
  }

  /** The lines about puts. */
  private static String puts(String text) {
    return text.lines()
        .filter(line -> line.contains("operation=\"PutSnapshotBlock\""))
        .collect(Collectors.joining("\n"))
        .replace(OPERATOR, "");
  }

  private static Set<String> names(String text) {
    Set<String> names = new TreeSet<>();
    Matcher sample = SAMPLE.matcher(text);
    while (sample.find()) {
      names.add(sample.group(1));
    }
    return names;
  }

  /** The metrics that the dashboard's queries name, those of its variables included. */
  private static Set<String> dashboardNames() throws IOException {
    Set<String> names = new TreeSet<>();
    JsonNode dashboard = new ObjectMapper().readTree(DASHBOARD.toFile());
    List<JsonNode> queries = dashboard.findValues("expr");
    queries.addAll(dashboard.findValues("query"));
    for (JsonNode query : queries) {
      Matcher name = Pattern.compile("flink_[a-zA-Z0-9_]+").matcher(query.toString());
      while (name.find()) {
        names.add(name.group());
      }
    }
    assertThat(names).hasSizeGreaterThan(10);
    return names;
  }

  private static String scrape(int port) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics")).build();
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
  }
}
