package org.snapshotproxy.pipelines.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Locale;
import org.snapshotproxy.connectors.base.FspException;

/**
 * The control calls of a {@link Child.Endpoint}. Thread-safe.
 *
 * @param url where it listens
 */
record ControlCalls(String url) {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Makes a snapshot in us-east-1 of a volume of so many GiB; returns its id. */
  String synthetic(int gib, double density) throws IOException, InterruptedException {
    return post(
            "synthetic",
            "{\"Region\":\"us-east-1\",\"VolumeSize\":%d,\"Density\":%s}",
            gib,
            density)
        .path("SnapshotId")
        .asText();
  }

  /** Has this share of the service's request rates hold, above 0; 0 for none. */
  void quotas(double share) throws IOException, InterruptedException {
    if (share == 0) {
      post("quotas", "{\"On\":false}");
    } else {
      post("quotas", "{\"On\":true,\"Share\":%s}", share);
    }
  }

  /** How often an operation ended so, since the endpoint's start: {@code ok} or an error's type. */
  long counter(String operation, String outcome) throws IOException, InterruptedException {
    return send("counters", HttpRequest.newBuilder()).path(operation + "." + outcome).asLong();
  }

  private JsonNode post(String call, String body, Object... values)
      throws IOException, InterruptedException {
    return send(
        call,
        HttpRequest.newBuilder()
            .POST(HttpRequest.BodyPublishers.ofString(String.format(Locale.ROOT, body, values))));
  }

  private JsonNode send(String call, HttpRequest.Builder request)
      throws IOException, InterruptedException {
    HttpResponse<String> answer =
        HTTP.send(
            request.uri(URI.create(url + "/_control/" + call)).build(),
            HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new FspException("The endpoint refused '" + call + "': " + answer.body());
    }
    return JSON.readTree(answer.body());
  }
}
