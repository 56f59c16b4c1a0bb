package org.snapshotproxy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The image and the manifests speak of the same things. */
class ImageTest {
  private static List<String> lines() throws IOException {
    return Files.readAllLines(Manifests.HERE.resolve("Dockerfile"));
  }

  private static String value(String start) throws IOException {
    return lines().stream()
        .filter(line -> line.startsWith(start))
        .map(line -> line.substring(start.length()))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void theJarIsWhereTheJobLooksForIt() throws IOException {
    String uri = Manifests.only("runs/copy", "FlinkDeployment").at("/spec/job/jarURI").asText();

    assertThat(lines())
        .contains(
            "COPY --chown=flink:flink fsp-job-flink-${LINE}.jar "
                + uri.substring("local://".length()));
  }

  @Test
  void itRunsAsTheUserOfThePods() throws IOException {
    JsonNode security =
        Manifests.only("runs/copy", "FlinkDeployment").at("/spec/podTemplate/spec/securityContext");

    assertThat(value("USER "))
        .isEqualTo(security.get("runAsUser") + ":" + security.get("runAsGroup"));
  }

  @Test
  void itsFlinkIsOfTheLineOfTheManifests() throws IOException {
    String line = value("ARG LINE=");

    assertThat(value("ARG FLINK=")).startsWith(line + ".");
    assertThat(Manifests.only("runs/copy", "FlinkDeployment").at("/spec/flinkVersion").asText())
        .isEqualTo("v" + line.replace('.', '_'));
    assertThat(Yaml.read(Manifests.HERE.resolve("base/account.yaml")).get(0).at("/data/image"))
        .asString()
        .contains("-flink-" + line);
  }
}
