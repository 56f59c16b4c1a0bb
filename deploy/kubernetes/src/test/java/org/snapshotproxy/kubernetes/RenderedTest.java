package org.snapshotproxy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The directories say what Kustomize made of them when their objects were last written down. */
class RenderedTest {
  @ParameterizedTest
  @MethodSource("org.snapshotproxy.kubernetes.Manifests#directories")
  void aDirectoryRendersAsKustomizeRenderedIt(String directory) throws IOException {
    assertThat(Kustomization.render(Manifests.HERE.resolve(directory)))
        .containsExactlyInAnyOrderElementsOf(Manifests.of(directory));
  }

  @Test
  void noRunIsLeftOut() throws IOException {
    try (Stream<Path> runs = Files.list(Manifests.HERE.resolve("runs"))) {
      assertThat(runs.map(run -> "runs/" + run.getFileName()))
          .containsExactlyInAnyOrderElementsOf(Manifests.runs().toList());
    }
  }

  @Test
  void theThreeValuesOfTheAccountReachEveryPlace() throws IOException {
    JsonNode account = Yaml.read(Manifests.HERE.resolve("base/account.yaml")).get(0).get("data");
    JsonNode deployment = Manifests.only("runs/copy", "FlinkDeployment");
    JsonNode serviceAccount = Manifests.only("runs/copy", "ServiceAccount");
    JsonNode configuration = deployment.at("/spec/flinkConfiguration");
    String bucket = "s3://" + account.get("bucket").asText() + "/fsp/";

    assertThat(deployment.at("/spec/image")).isEqualTo(account.get("image"));
    assertThat(serviceAccount.at("/metadata/annotations/eks.amazonaws.com~1role-arn"))
        .isEqualTo(account.get("role"));
    assertThat(List.of("ha", "checkpoints", "savepoints"))
        .map(bucket::concat)
        .containsExactly(
            configuration.get("high-availability.storageDir").asText(),
            configuration.get("state.checkpoints.dir").asText(),
            configuration.get("state.savepoints.dir").asText());
  }

  @Test
  void whatIsNotImplementedHereIsRefused(@TempDir Path directory) throws IOException {
    Files.writeString(directory.resolve("kustomization.yaml"), "namePrefix: a-\n");

    assertThatThrownBy(() -> Kustomization.render(directory)).hasMessageContaining("namePrefix");
  }
}
