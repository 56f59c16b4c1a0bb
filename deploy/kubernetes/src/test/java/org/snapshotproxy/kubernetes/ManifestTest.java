package org.snapshotproxy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.kubernetes.operator.api.FlinkDeployment;
import org.apache.flink.kubernetes.operator.api.FlinkSessionJob;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the operator and its CRDs make of the manifests. */
class ManifestTest {
  private static final MemorySize BUDGET = MemorySize.ofMebiBytes(256);

  /**
   * What conf/config.yaml allows for everything that is neither blocks nor an archive's objects.
   */
  private static final MemorySize REST = MemorySize.ofMebiBytes(200);

  /** fsp.archive.uploads objects of 32 MiB. */
  private static final MemorySize OBJECTS = MemorySize.ofMebiBytes(6 * 32);

  /** A name of Hadoop's, which no class of Flink's has. */
  private static final String PLUGINS_OWN = "fs.s3a.aws.credentials.provider";

  @ParameterizedTest
  @MethodSource("org.snapshotproxy.kubernetes.Manifests#directories")
  void everyObjectIsWhatItsClassCanBe(String directory) throws IOException {
    for (JsonNode object : Manifests.of(directory)) {
      assertThat(Operator.parse(object)).isNotNull();
    }
  }

  @ParameterizedTest
  @MethodSource("org.snapshotproxy.kubernetes.Manifests#directories")
  void theCustomResourceDefinitionsAllowIt(String directory) throws IOException {
    for (JsonNode object : Manifests.of(directory)) {
      if (object.get("apiVersion").asText().startsWith("flink.apache.org/")) {
        assertThat(Operator.schemaErrors(object)).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("org.snapshotproxy.kubernetes.Manifests#directories")
  void theOperatorsValidatorAllowsIt(String directory) throws IOException {
    FlinkDeployment deployment = deployment(directory);

    assertThat(Operator.objection(deployment)).isEmpty();
  }

  @Test
  void theSessionsJobIsOneForItsCluster() throws IOException {
    FlinkSessionJob job =
        (FlinkSessionJob) Operator.parse(Manifests.only("session", "FlinkSessionJob"));

    assertThat(Operator.objection(job, deployment("session"))).isEmpty();
    assertThat(Operator.objection(job, deployment("runs/copy"))).isPresent();
  }

  /** The three above can say no. */
  @ParameterizedTest
  @CsvSource({
    "/spec, flinkConfig",
    "/spec/job, entryclass",
    "/spec/taskManager/resource, mem",
    "/spec/podTemplate/spec, volumen",
    "/spec/podTemplate/spec/containers/0, volumeDevice",
    "/spec/podTemplate/spec/containers/0/securityContext, runAsNonroot"
  })
  void aFieldThatDoesNotExistIsFound(String where, String field) throws IOException {
    JsonNode deployment = Manifests.only("runs/download", "FlinkDeployment").deepCopy();
    ((ObjectNode) deployment.at(where)).put(field, "x");

    assertThat(Operator.schemaErrors(deployment)).hasSize(1);
    assertThatThrownBy(() -> Operator.parse(deployment)).hasMessageContaining(field);
  }

  @Test
  void aVersionThatTheOperatorDoesNotKnowIsFound() throws IOException {
    JsonNode deployment = Manifests.only("runs/copy", "FlinkDeployment").deepCopy();
    ((ObjectNode) deployment.get("spec")).put("flinkVersion", "v2_3");

    assertThat(Operator.schemaErrors(deployment)).hasSize(1);
    assertThatThrownBy(() -> Operator.parse(deployment)).hasMessageContaining("v2_3");
  }

  @ParameterizedTest
  @CsvSource({
    "state.savepoints.dir, could not be upgraded with savepoint",
    "state.checkpoints.dir, Checkpoint directory"
  })
  void anUpgradeThatCouldNotBeMadeIsFound(String option, String objection) throws IOException {
    FlinkDeployment deployment = deployment("runs/copy");
    deployment.getSpec().getFlinkConfiguration().remove(option);

    assertThat(Operator.objection(deployment)).hasValueSatisfying(o -> o.contains(objection));
  }

  @ParameterizedTest
  @MethodSource("org.snapshotproxy.kubernetes.Manifests#directories")
  void theTaskManagersMemoryHoldsTheBudget(String directory) throws IOException {
    TaskExecutorProcessSpec memory = Operator.taskManagerMemory(deployment(directory));

    assertThat(memory.getTaskHeapSize())
        .isGreaterThanOrEqualTo(BUDGET.add(REST).add(OBJECTS))
        // As flinkdeployment.yaml says.
        .matches(heap -> heap.getMebiBytes() == 832);
    assertThat(memory.getTotalProcessMemorySize()).isEqualTo(MemorySize.parse("1728m"));
  }

  /** Neither a class nor a CRD looks into flinkConfiguration. */
  @ParameterizedTest
  @MethodSource("org.snapshotproxy.kubernetes.Manifests#directories")
  void everyOptionIsOneOfFlinksOrOfTheOperators(String directory) throws IOException {
    assertThat(deployment(directory).getSpec().getFlinkConfiguration().keySet())
        .filteredOn(key -> !key.equals(PLUGINS_OWN))
        .isNotEmpty()
        .isSubsetOf(Operator.optionKeys());
  }

  @ParameterizedTest
  @MethodSource("org.snapshotproxy.kubernetes.Manifests#directories")
  void podsHaveNoMoreRightsThanTheyNeed(String directory) throws IOException {
    JsonNode pod = Manifests.only(directory, "FlinkDeployment").at("/spec/podTemplate/spec");
    JsonNode container = pod.at("/containers/0/securityContext");

    assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
    assertThat(pod.at("/securityContext/seccompProfile/type").asText()).isEqualTo("RuntimeDefault");
    assertThat(container.get("allowPrivilegeEscalation").asBoolean(true)).isFalse();
    assertThat(container.at("/capabilities/drop/0").asText()).isEqualTo("ALL");
    assertThat(Manifests.only(directory, "FlinkDeployment").at("/spec/serviceAccount"))
        .isEqualTo(Manifests.only(directory, "ServiceAccount").at("/metadata/name"));
  }

  /** The operator may start a job manager again, and with it the command. */
  @ParameterizedTest
  @MethodSource("org.snapshotproxy.kubernetes.Manifests#runs")
  void everyRunHasAName(String directory) throws IOException {
    JsonNode arguments = Manifests.only(directory, "FlinkDeployment").at("/spec/job/args");

    assertThat(arguments.get(0).asText()).startsWith("--run-id=");
  }

  @Test
  void runsCanStandSideBySide() throws IOException {
    List<String> names =
        Manifests.directories()
            .map(ManifestTest::deploymentOrThrow)
            .map(deployment -> deployment.getMetadata().getName())
            .toList();

    assertThat(names).doesNotHaveDuplicates();
  }

  private static FlinkDeployment deployment(String directory) throws IOException {
    return Operator.deployment(Manifests.only(directory, "FlinkDeployment"));
  }

  private static FlinkDeployment deploymentOrThrow(String directory) {
    try {
      return deployment(directory);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
