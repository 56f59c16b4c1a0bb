package org.snapshotproxy.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.fabric8.zjsonpatch.JsonPatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * As much of Kustomize as the directories here use, so that their tests need nothing but a JDK.
 * Anything else in a kustomization.yaml is an error, not ignored. {@link RenderedTest} holds it
 * against what Kustomize itself makes of them.
 */
final class Kustomization {
  private static final String FILE = "kustomization.yaml";
  private static final String LOCAL = "config.kubernetes.io/local-config";
  private static final Set<String> KNOWN =
      Set.of(
          "apiVersion", "kind", "namespace", "resources", "components", "patches", "replacements");

  private final Path directory;
  private final JsonNode file;

  private Kustomization(Path directory) throws IOException {
    this.directory = directory;
    this.file = Yaml.read(directory.resolve(FILE)).get(0);
    file.fieldNames()
        .forEachRemaining(
            key -> {
              if (!KNOWN.contains(key)) {
                throw new IllegalArgumentException(directory + ": " + key + " is not known here");
              }
            });
  }

  /** The objects that {@code kubectl apply -k} would send. */
  static List<JsonNode> render(Path directory) throws IOException {
    List<ObjectNode> objects = new ArrayList<>();
    new Kustomization(directory.toAbsolutePath().normalize()).applyTo(objects);
    return objects.stream()
        .filter(object -> !object.at("/metadata/annotations").path(LOCAL).asBoolean())
        .map(JsonNode.class::cast)
        .toList();
  }

  private void applyTo(List<ObjectNode> objects) throws IOException {
    for (Path resource : paths("resources")) {
      if (Files.isDirectory(resource)) {
        new Kustomization(resource).applyTo(objects);
      } else {
        Yaml.read(resource).forEach(object -> objects.add((ObjectNode) object));
      }
    }
    for (Path component : paths("components")) {
      new Kustomization(component).applyTo(objects);
    }
    for (JsonNode patch : file.path("patches")) {
      patch(objects, patch);
    }
    if (file.has("namespace")) {
      objects.forEach(object -> metadata(object).set("namespace", file.get("namespace")));
    }
    for (JsonNode replacement : file.path("replacements")) {
      replace(objects, replacement);
    }
  }

  private List<Path> paths(String key) {
    return elements(file.path(key))
        .map(path -> directory.resolve(path.asText()).normalize())
        .toList();
  }

  /** A list of operations is a JSON patch, an object one to be merged. */
  private void patch(List<ObjectNode> objects, JsonNode patch) throws IOException {
    JsonNode change = Yaml.read(directory.resolve(patch.get("path").asText())).get(0);
    boolean renames = patch.at("/options/allowNameChange").asBoolean();
    List<ObjectNode> targets =
        objects.stream()
            .filter(
                object ->
                    patch.has("target")
                        ? isSelected(object, patch.get("target"))
                        : isSelected(object, selectorOf(change)))
            .toList();
    if (targets.isEmpty()) {
      throw new IllegalArgumentException(directory + ": nothing to patch with " + patch);
    }
    for (ObjectNode target : targets) {
      JsonNode name = metadata(target).get("name");
      if (change.isArray()) {
        ObjectNode patched = (ObjectNode) JsonPatch.apply(change, target.deepCopy());
        target.removeAll().setAll(patched);
      } else {
        merge(target, change);
      }
      if (!renames) {
        metadata(target).set("name", name);
      }
    }
  }

  private static JsonNode selectorOf(JsonNode object) {
    return Yaml.object()
        .<ObjectNode>setAll((ObjectNode) object.get("metadata").deepCopy())
        .set("kind", object.get("kind"));
  }

  private static boolean isSelected(JsonNode object, JsonNode selector) {
    return object.get("kind").equals(selector.get("kind"))
        && (!selector.has("name") || object.at("/metadata/name").equals(selector.get("name")));
  }

  /**
   * What Kustomize does to kinds whose schema it does not have: objects grow, lists are replaced.
   */
  private static void merge(ObjectNode target, JsonNode change) {
    change
        .properties()
        .forEach(
            field -> {
              JsonNode old = target.get(field.getKey());
              if (field.getValue().isNull()) {
                target.remove(field.getKey());
              } else if (field.getValue().isObject() && old instanceof ObjectNode object) {
                merge(object, field.getValue());
              } else {
                target.set(field.getKey(), field.getValue().deepCopy());
              }
            });
  }

  private void replace(List<ObjectNode> objects, JsonNode replacement) {
    JsonNode source = replacement.get("source");
    String value =
        objects.stream()
            .filter(object -> isSelected(object, source))
            .map(object -> at(object, source.get("fieldPath").asText()).asText())
            .findFirst()
            .orElseThrow();
    for (JsonNode target : replacement.get("targets")) {
      objects.stream()
          .filter(object -> isSelected(object, target.get("select")))
          .forEach(
              object ->
                  elements(target.get("fieldPaths"))
                      .forEach(path -> set(object, path.asText(), target.path("options"), value)));
    }
  }

  private static void set(JsonNode object, String path, JsonNode options, String value) {
    List<String> steps = steps(path);
    String last = steps.get(steps.size() - 1);
    JsonNode parent = object;
    for (String step : steps.subList(0, steps.size() - 1)) {
      parent = parent.required(step);
    }
    String old = parent.required(last).asText();
    ((ObjectNode) parent).set(last, TextNode.valueOf(part(old, options, value)));
  }

  private static String part(String old, JsonNode options, String value) {
    if (!options.has("delimiter")) {
      return value;
    }
    String delimiter = options.get("delimiter").asText();
    List<String> parts = new ArrayList<>(List.of(old.split(delimiter, -1)));
    parts.set(options.get("index").asInt(), value);
    return String.join(delimiter, parts);
  }

  private static JsonNode at(JsonNode object, String path) {
    JsonNode at = object;
    for (String step : steps(path)) {
      at = at.required(step);
    }
    return at;
  }

  /** Names between dots; one with dots of its own stands in brackets. */
  private static List<String> steps(String path) {
    return Stream.of(path.split("\\.(?![^\\[]*])"))
        .map(step -> step.replaceAll("^\\[|]$", ""))
        .toList();
  }

  private static ObjectNode metadata(JsonNode object) {
    return (ObjectNode) object.get("metadata");
  }

  private static Stream<JsonNode> elements(JsonNode list) {
    return list instanceof ArrayNode array
        ? StreamSupport.stream(array.spliterator(), false)
        : Stream.empty();
  }
}
