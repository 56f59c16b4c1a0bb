package org.snapshotproxy.pipelines.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.runtime.util.EnvironmentInformation;
import org.snapshotproxy.connectors.base.FspException;

/** What this tool asks of a cluster's REST API. Thread-safe. */
public final class ClusterApi {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** How long a job may take to have all its tasks running, before which no savepoint is taken. */
  private static final Duration STARTING = Duration.ofSeconds(60);

  private static final long POLL_MILLIS = 250;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
  private final ClusterAddress cluster;

  public ClusterApi(ClusterAddress cluster) {
    this.cluster = cluster;
  }

  /**
   * Refuses a cluster of another Flink line than this build's: it would not understand its jobs.
   *
   * @throws FspException if it is of another
   */
  void checkLine() throws IOException, InterruptedException {
    String here = EnvironmentInformation.getVersion();
    String there = get("/config").path("flink-version").asText();
    if (!line(here).equals(line(there))) {
      throw new FspException(
          "The cluster at "
              + cluster
              + " runs Flink "
              + there
              + ", and this fsp is built for Flink "
              + line(here)
              + "; FSP_FLINK_LINE in the environment chooses another line (2.3, 1.20).");
    }
  }

  /** Of {@code 1.20.0-amzn-7}: {@code 1.20}. */
  private static String line(String version) {
    return Stream.of(version.split("\\.")).limit(2).collect(Collectors.joining("."));
  }

  /** The cluster's {@code parallelism.default}; 1 where it says none. */
  int defaultParallelism() throws IOException, InterruptedException {
    for (JsonNode option : get("/jobmanager/config")) {
      if (option.path("key").asText().equals("parallelism.default")) {
        return option.path("value").asInt(1);
      }
    }
    return 1;
  }

  /** Every job that the cluster remembers: {@code jid}, {@code name}, {@code state}, times. */
  public List<JsonNode> jobs() throws IOException, InterruptedException {
    List<JsonNode> jobs = new ArrayList<>();
    get("/jobs/overview").path("jobs").forEach(jobs::add);
    return jobs;
  }

  /** A job: {@code state}, {@code vertices}, times in milliseconds. */
  public JsonNode job(String id) throws IOException, InterruptedException {
    return get("/jobs/" + id);
  }

  /** A job's checkpoints: {@code counts}, {@code latest}. */
  public JsonNode checkpoints(String id) throws IOException, InterruptedException {
    return get("/jobs/" + id + "/checkpoints");
  }

  /** A parameter that the job was submitted with; empty where it has none of that name. */
  public String parameter(String id, String name) throws IOException, InterruptedException {
    return get("/jobs/" + id + "/config")
        .path("execution-config")
        .path("user-config")
        .path(name)
        .asText("");
  }

  /**
   * The sum, over all subtasks, of those metrics of a job whose names end so.
   *
   * @param job as {@link #job} gave it
   * @return -1 where there is none, which is also so before the first report
   */
  double sum(JsonNode job, String suffix) throws IOException, InterruptedException {
    double sum = -1;
    for (JsonNode vertex : job.path("vertices")) {
      String metrics =
          "/jobs/"
              + job.path("jid").asText()
              + "/vertices/"
              + vertex.path("id").asText()
              + "/subtasks/metrics";
      List<String> names = new ArrayList<>();
      for (JsonNode metric : get(metrics)) {
        if (metric.path("id").asText().endsWith(suffix)) {
          names.add(metric.path("id").asText());
        }
      }
      if (!names.isEmpty()) {
        for (JsonNode metric : get(metrics + "?get=" + encoded(names) + "&agg=sum")) {
          sum = Math.max(sum, 0) + metric.path("sum").asDouble();
        }
      }
    }
    return sum;
  }

  private static String encoded(Collection<String> names) {
    return names.stream()
        .map(name -> URLEncoder.encode(name, StandardCharsets.UTF_8))
        .collect(Collectors.joining(","));
  }

  /**
   * Stops a job with a savepoint, which is waited for.
   *
   * @param directory for it; empty for the cluster's own
   * @return where it is
   * @throws FspException if none could be taken; the job goes on then
   */
  public String stop(String id, String directory) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + STARTING.toNanos();
    while (true) {
      JsonNode operation = stopped(id, directory);
      if (operation.has("location")) {
        return operation.path("location").asText();
      }
      String reason = firstLine(operation.path("failure-cause").path("stack-trace").asText());
      if (!reason.contains("tasks are currently running") || System.nanoTime() > deadline) {
        throw new FspException(
            "Job " + id + " could not be stopped with a savepoint, and goes on: " + reason);
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private JsonNode stopped(String id, String directory) throws IOException, InterruptedException {
    String body =
        directory.isEmpty()
            ? "{\"drain\":false}"
            : JSON.writeValueAsString(
                JSON.createObjectNode().put("drain", false).put("targetDirectory", directory));
    String trigger =
        send(request("/jobs/" + id + "/stop").POST(HttpRequest.BodyPublishers.ofString(body)))
            .path("request-id")
            .asText();
    while (true) {
      JsonNode savepoint = get("/jobs/" + id + "/savepoints/" + trigger);
      if (savepoint.path("status").path("id").asText().equals("COMPLETED")) {
        return savepoint.path("operation");
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("the cluster does not say why");
  }

  private JsonNode get(String path) throws IOException, InterruptedException {
    return send(request(path).GET());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://" + cluster + path))
        .header("Content-Type", "application/json")
        .timeout(PATIENCE);
  }

  private JsonNode send(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<String> answer;
    try {
      answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new IOException(
          "No Flink cluster answers at " + cluster + "; check --cluster and that it runs.", e);
    }
    JsonNode body = JSON.readTree(answer.body().isEmpty() ? "{}" : answer.body());
    if (answer.statusCode() == 404) {
      throw new FspException(
          "The cluster at " + cluster + " knows nothing of that; 'fsp status' lists its jobs.");
    }
    if (answer.statusCode() >= 400) {
      throw new IOException(
          "The cluster at "
              + cluster
              + " refused: "
              + firstLine(body.path("errors").path(0).asText()));
    }
    return body;
  }
}
