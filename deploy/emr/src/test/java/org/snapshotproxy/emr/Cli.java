package org.snapshotproxy.emr;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The script {@code emr}, with an AWS CLI that writes down what it is asked for. */
final class Cli {
  static final String BUCKET = "backups-of-fsp";

  /** Tests run in the module's directory. */
  static final Path HERE = Path.of("").toAbsolutePath();

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path directory;
  private final Map<String, String> environment = new HashMap<>();

  Cli(Path directory) throws IOException {
    this.directory = directory;
    environment.put("PATH", HERE.resolve("src/test/bin") + ":" + System.getenv("PATH"));
    environment.put("FSP_TEST_AWS", Files.createDirectories(directory.resolve("asked")).toString());
    environment.put("FSP_TEST_S3", Files.createDirectories(directory.resolve("s3")).toString());
    environment.put("FSP_TEST_CLUSTERS", "j-0123456789ABC");
    environment.put("FSP_EMR_BUCKET", BUCKET);
    environment.put("FSP_EMR_SUBNET", "subnet-0123456789abcdef0");
  }

  Cli with(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** What is in the place of S3: a directory for each bucket. */
  Path s3() {
    return directory.resolve("s3");
  }

  Program.Ended run(String... arguments) throws IOException, InterruptedException {
    List<String> words =
        Stream.concat(Stream.of(HERE.resolve("emr").toString()), Arrays.stream(arguments)).toList();
    try (Program script = Program.start(directory, environment, words)) {
      return script.end();
    }
  }

  /** The calls of the AWS CLI, oldest first. */
  List<String> calls() throws IOException {
    Path calls = directory.resolve("asked/calls");
    return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
  }

  /** A JSON file that a call named. */
  JsonNode sent(String file) throws IOException {
    return JSON.readTree(directory.resolve("asked").resolve(file).toFile());
  }

  /** The arguments of the step that was sent. */
  List<String> step() throws IOException {
    return Arrays.asList(JSON.treeToValue(sent("steps.json").at("/0/Args"), String[].class));
  }

  /** What the cluster was asked to set in one of its files. */
  Map<String, String> configuration(String classification) throws IOException {
    Map<String, String> properties = new HashMap<>();
    for (JsonNode each : sent("configurations.json")) {
      if (each.get("Classification").asText().equals(classification)) {
        each.get("Properties")
            .properties()
            .forEach(entry -> properties.put(entry.getKey(), entry.getValue().asText()));
      }
    }
    return properties;
  }
}
