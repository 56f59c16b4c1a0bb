package org.snapshotproxy.endpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.snapshotproxy.endpoint.policy.Policy;
import org.snapshotproxy.endpoint.store.SyntheticSpec;
import org.snapshotproxy.endpoint.wire.Handler;
import org.snapshotproxy.endpoint.wire.Reply;
import org.snapshotproxy.endpoint.wire.Request;

/** {@link EndpointControl} over HTTP: JSON in, JSON out, unsigned, from this machine only. */
final class ControlCalls implements Handler {
  private static final ObjectMapper JSON =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
  private static final String TYPE = "application/json";

  private final EndpointControl control;
  private final boolean fromAnywhere;

  ControlCalls(EndpointControl control, boolean fromAnywhere) {
    this.control = control;
    this.fromAnywhere = fromAnywhere;
  }

  @Override
  public Reply handle(Request request) {
    if (!fromAnywhere && !request.local()) {
      return error(403, "control calls are taken from this machine only");
    }
    try {
      String text = request.text();
      JsonNode in = JSON.readTree(text.isBlank() ? "{}" : text);
      Object out = call(request.method() + " " + request.rawPath(), in);
      return Reply.text(200, TYPE, JSON.writeValueAsString(out) + "\n");
    } catch (JsonProcessingException e) {
      return error(400, "the body is not the JSON expected: " + e.getOriginalMessage());
    } catch (IllegalArgumentException e) {
      return error(400, e.getMessage());
    } catch (IOException e) {
      return error(500, e.toString());
    }
  }

  private static Reply error(int status, String message) {
    try {
      return Reply.text(status, TYPE, JSON.writeValueAsString(Map.of("error", message)) + "\n");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a map of two texts is JSON", e);
    }
  }

  private Object call(String what, JsonNode in) throws IOException {
    switch (what) {
      case "GET /_control/health" -> {
        return control.health();
      }
      case "GET /_control/counters" -> {
        return control.counters().read();
      }
      case "POST /_control/counters/reset" -> control.counters().reset();
      case "POST /_control/track" -> control.tallies().track(in.path("On").asBoolean(true));
      case "POST /_control/tally" -> {
        return control.tallies().of(text(in, "Operation"), text(in, "SnapshotId"));
      }
      case "GET /_control/faults" -> {
        return control.faults();
      }
      case "POST /_control/faults" -> control.addFault(text(in, "Spec"));
      case "DELETE /_control/faults" -> control.clearFaults();
      case "POST /_control/calls" -> control.calls().record(in.path("On").asBoolean(true));
      case "GET /_control/calls" -> {
        return control.calls().read();
      }
      case "POST /_control/policies" ->
          control.policies().attach(text(in, "Principal"), policies(in.path("Policies")));
      case "DELETE /_control/policies" -> control.policies().clear();
      case "POST /_control/synthetic" -> {
        return Map.of("SnapshotId", synthetic(in));
      }
      case "POST /_control/lose" ->
          control.loseBlocks(
              text(in, "SnapshotId"), number(in, "FirstBlock"), in.path("Count").asInt(1));
      case "POST /_control/share" -> control.share(text(in, "SnapshotId"), text(in, "AccountId"));
      case "POST /_control/discard" ->
          control.discard(in.path("Region").asText("*"), in.path("On").asBoolean(true));
      case "POST /_control/quotas" ->
          control.quotas(in.path("On").asBoolean(true), in.path("Share").asDouble(1));
      case "POST /_control/completion-delay" ->
          control.completionDelay(Duration.ofMillis(number(in, "Millis")));
      case "POST /_control/clock" ->
          control.advanceClock(Duration.ofSeconds(number(in, "AdvanceSeconds")));
      default -> throw new IllegalArgumentException("there is no control call " + what);
    }
    return Map.of("ok", true);
  }

  private String synthetic(JsonNode in) throws IOException {
    SyntheticSpec rule =
        new SyntheticSpec(
            in.path("Seed").asLong(0),
            in.path("Density").asDouble(1),
            in.path("Run").asInt(1),
            in.path("Zeros").asDouble(0),
            in.path("Changed").asDouble(0),
            in.path("Added").asDouble(0),
            in.path("Removed").asDouble(0));
    if (in.hasNonNull("ParentSnapshotId")) {
      return control.syntheticChild(text(in, "ParentSnapshotId"), rule);
    }
    return control.synthetic(
        in.path("Region").asText(control.defaultRegion()), number(in, "VolumeSize"), rule);
  }

  private static List<Policy> policies(JsonNode in) {
    List<Policy> policies = new ArrayList<>();
    in.forEach(each -> policies.add(Policy.parse(each.toString())));
    return policies;
  }

  private static String text(JsonNode in, String name) {
    if (!in.path(name).isTextual()) {
      throw new IllegalArgumentException(name + " is missing or not a text");
    }
    return in.get(name).asText();
  }

  private static int number(JsonNode in, String name) {
    if (!in.path(name).canConvertToInt()) {
      throw new IllegalArgumentException(name + " is missing or not a whole number");
    }
    return in.get(name).asInt();
  }
}
