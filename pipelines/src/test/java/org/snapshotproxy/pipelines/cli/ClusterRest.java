package org.snapshotproxy.pipelines.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The requests by which others than this tool ask a cluster for things: the Kubernetes operator,
 * the web UI.
 *
 * @param address host and port
 */
record ClusterRest(String address) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  /** The cluster's one job, or nothing while there is none, or nobody who answers yet. */
  JsonNode onlyJob() throws InterruptedException {
    try {
      return get("/jobs/overview").path("jobs").path(0);
    } catch (IOException e) {
      return JSON.missingNode();
    }
  }

  /** Stops a job with a savepoint in the cluster's directory for them and returns its place. */
  String stopWithSavepoint(String job) throws Exception {
    String trigger =
        post("/jobs/" + job + "/stop", "{\"drain\":false}").required("request-id").asText();
    String path = "/jobs/" + job + "/savepoints/" + trigger;
    Await.until("the savepoint", () -> get(path).at("/status/id").asText().equals("COMPLETED"));
    return get(path).at("/operation").required("location").asText();
  }

  /** How many checkpoints a job has completed. */
  int completedCheckpoints(String job) throws IOException, InterruptedException {
    return get("/jobs/" + job + "/checkpoints").at("/counts/completed").asInt();
  }

  /** Cancels a job, as the web UI does. */
  void cancel(String job) throws IOException, InterruptedException {
    send(request("/jobs/" + job + "?mode=cancel").method("PATCH", BodyPublishers.noBody()));
  }

  /** Runs a jar in a session, as a FlinkSessionJob is run. */
  void run(Path jar, String request) throws IOException, InterruptedException {
    String name = upload(jar).required("filename").asText();
    post("/jars/" + Path.of(name).getFileName() + "/run", request);
  }

  private JsonNode upload(Path jar) throws IOException, InterruptedException {
    String boundary = "a-boundary-that-no-jar-holds";
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.write(
        ("--"
                + boundary
                + "\r\nContent-Disposition: form-data; name=\"jarfile\"; filename=\"fsp-job.jar\"\r\n"
                + "Content-Type: application/x-java-archive\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII));
    Files.copy(jar, body);
    body.write(("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.US_ASCII));
    return send(
        request("/jars/upload")
            .header("Content-Type", "multipart/form-data; boundary=" + boundary)
            .POST(BodyPublishers.ofByteArray(body.toByteArray())));
  }

  private JsonNode get(String path) throws IOException, InterruptedException {
    return send(request(path));
  }

  private JsonNode post(String path, String body) throws IOException, InterruptedException {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body)));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://" + address + path));
  }

  private static JsonNode send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    var response = HTTP.send(request.build(), BodyHandlers.ofString());
    if (response.statusCode() >= 300) {
      throw new IOException(response + ": " + response.body());
    }
    return JSON.readTree(response.body());
  }
}
