package org.snapshotproxy.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.flink.configuration.YamlParserUtils;
import org.snapshotproxy.pipelines.Fsp;

/**
 * What an object of deploy/kubernetes asks Flink for, as Kustomize rendered it; the tests of that
 * directory hold the rendering against its sources.
 *
 * @param spec of the object
 */
record Manifest(Map<String, Object> spec) {
  private static final Path RENDERED =
      Path.of("..", "deploy", "kubernetes", "src", "test", "resources", "rendered");

  /** The bucket that stands in the manifests for the user's. */
  static final String BUCKET = "example-bucket";

  /** The one object of a kind in one of the directories. */
  static Manifest of(String directory, String kind) throws IOException {
    String file = Files.readString(RENDERED.resolve(directory + ".yaml"));
    return Stream.of(file.split("\n---\n"))
        .map(document -> map(YamlParserUtils.convertToObject(document, Map.class)))
        .filter(object -> object.get("kind").equals(kind))
        .map(object -> new Manifest(map(object.get("spec"))))
        .findFirst()
        .orElseThrow();
  }

  /** Flink's options, as {@code -D} words, with another bucket. */
  List<String> options(String bucket) {
    Map<String, Object> options = new TreeMap<>(map(spec.get("flinkConfiguration")));
    // What the operator makes of the other fields.
    options.put("jobmanager.memory.process.size", memory("jobManager"));
    options.put("taskmanager.memory.process.size", memory("taskManager"));
    if (spec.containsKey("job")) {
      options.put("parallelism.default", parallelism());
    }
    List<String> words = new ArrayList<>();
    options.forEach(
        (key, value) -> {
          words.add("-D");
          words.add(key + "=" + value.toString().replace("//" + BUCKET + "/", "//" + bucket + "/"));
        });
    return words;
  }

  private Object memory(String part) {
    return map(map(spec.get(part)).get("resource")).get("memory");
  }

  int parallelism() {
    return (int) job().get("parallelism");
  }

  /** The class to start, which is the one that the cluster's script starts. */
  String entryClass() {
    assertThat(job().get("entryClass")).isEqualTo(Fsp.class.getName());
    return Fsp.class.getName();
  }

  /** The command's words, some of them replaced. */
  String[] arguments(Map<String, String> replaced) {
    List<String> words = new ArrayList<>();
    for (Object word : (List<?>) job().get("args")) {
      words.add(replaced.getOrDefault(word, (String) word));
    }
    assertThat(words).containsAll(replaced.values());
    return words.toArray(String[]::new);
  }

  private Map<String, Object> job() {
    return map(spec.get("job"));
  }

  @SuppressWarnings("unchecked") // an object of YAML is nothing else
  private static Map<String, Object> map(Object object) {
    return (Map<String, Object>) object;
  }
}
