package org.snapshotproxy.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The directories that are applied, each as Kustomize 5.6.0 rendered it. */
final class Manifests {
  /** Tests run in the module's directory, which is that of the manifests. */
  static final Path HERE = Path.of("").toAbsolutePath();

  private static final Path RENDERED = HERE.resolve("src/test/resources/rendered");

  private Manifests() {}

  /** What to give to {@code kubectl apply -k}, from here. */
  static Stream<String> directories() {
    return Stream.of(
        "runs/copy",
        "runs/sync",
        "runs/movetos3",
        "runs/getfroms3",
        "runs/upload",
        "runs/download",
        "session");
  }

  /** Those of them that start a job in its own cluster. */
  static Stream<String> runs() {
    return directories().filter(directory -> directory.startsWith("runs/"));
  }

  /** The objects of one of them. */
  static List<JsonNode> of(String directory) throws IOException {
    return Yaml.read(RENDERED.resolve(Path.of(directory).getFileName() + ".yaml"));
  }

  /** The one object of a kind. */
  static JsonNode only(String directory, String kind) throws IOException {
    List<JsonNode> found =
        of(directory).stream().filter(object -> object.get("kind").asText().equals(kind)).toList();
    if (found.size() != 1) {
      throw new AssertionError(directory + " has " + found.size() + " objects of kind " + kind);
    }
    return found.get(0);
  }
}
