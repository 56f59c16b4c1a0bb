package org.snapshotproxy.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.apache.flink.client.ClientUtils;
import org.apache.flink.client.program.PackagedProgram;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.core.execution.DefaultExecutorServiceLoader;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.test.util.MiniClusterWithClientResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job jar, as {@code flink run} takes it: loaded by the cluster, submitted over REST. */
class JobJarIT {
  static final Path JAR = Path.of(System.getProperty("fsp.job-jar"));

  @TempDir Path directory;
  private TestCloud cloud;
  private Witness virginia;
  private MiniClusterWithClientResource cluster;

  @BeforeEach
  void start() throws Exception {
    cloud = TestCloud.start();
    virginia = cloud.in("us-east-1");
    cluster =
        new MiniClusterWithClientResource(
            new MiniClusterResourceConfiguration.Builder()
                .setNumberTaskManagers(1)
                .setNumberSlotsPerTaskManager(2)
                .setConfiguration(
                    new Configuration().set(CoreOptions.CHECK_LEAKED_CLASSLOADER, false))
                .build());
    cluster.before();
  }

  @AfterEach
  void stop() throws Exception {
    cluster.after();
    cloud.close();
  }

  @Test
  void itHoldsNothingThatAFlinkClusterBrings() throws Exception {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      List<String> names = jar.stream().map(ZipEntry::getName).toList();

      assertThat(names).contains("org/snapshotproxy/pipelines/Fsp.class");
      assertThat(names)
          .noneMatch(name -> name.startsWith("org/apache/flink/"))
          .noneMatch(name -> name.startsWith("org/slf4j/"))
          .noneMatch(name -> name.startsWith("org/apache/logging/"));
    }
  }

  @Test
  void anAttachedCopyEndsWithACompletedSnapshot() throws Exception {
    String origin = virginia.completed(1, Map.of(0, Witness.block(1), 70, Witness.block(2)));

    flinkRun(true, "copy", origin, "-d", "eu-west-1", "--endpoint-url", cloud.url());

    Witness ireland = cloud.in("eu-west-1");
    String copy = ireland.snapshots().iterator().next();
    assertThat(ireland.describe(copy).stateAsString()).isEqualTo("completed");
    assertSame(origin, ireland, copy);
  }

  @Test
  void aDetachedCopySealsItsSnapshotByItself() throws Exception {
    String origin = virginia.completed(1, Map.of(0, Witness.block(1), 70, Witness.block(2)));

    flinkRun(false, "copy", origin, "-d", "eu-west-1", "--endpoint-url", cloud.url());

    Witness ireland = cloud.in("eu-west-1");
    String copy = ireland.snapshots().iterator().next();
    Await.until(
        "the completed copy", () -> ireland.describe(copy).stateAsString().equals("completed"));
    assertSame(origin, ireland, copy);
  }

  @Test
  void anArchiveIsMadeAndRestoredInTheSameTaskManager() throws Exception {
    String origin = virginia.completed(1, Map.of(0, Witness.block(1), 70, Witness.block(2)));
    try (TestBucket bucket = new TestBucket()) {
      String[] s3 = {"--endpoint-url", cloud.url(), "--s3-endpoint-url", TestBucket.url()};
      flinkRun(true, "movetos3", origin, bucket.name(), s3[0], s3[1], s3[2], s3[3]);
      flinkRun(
          true, "getfroms3", origin, bucket.name(), "-d", "eu-west-1", s3[0], s3[1], s3[2], s3[3]);
    }

    Witness ireland = cloud.in("eu-west-1");
    assertSame(origin, ireland, ireland.snapshots().iterator().next());
  }

  private void flinkRun(boolean attached, String... arguments) throws Exception {
    Configuration client = new Configuration(cluster.getClientConfiguration());
    client.set(DeploymentOptions.TARGET, "remote");
    client.set(DeploymentOptions.ATTACHED, attached);
    client.set(PipelineOptions.JARS, List.of(JAR.toUri().toString()));
    try (PackagedProgram program =
        PackagedProgram.newBuilder()
            .setJarFile(JAR.toFile())
            .setConfiguration(client)
            .setArguments(arguments)
            .build()) {
      ClientUtils.executeProgram(new DefaultExecutorServiceLoader(), client, program, false, true);
    }
  }

  private void assertSame(String origin, Witness ireland, String copy) throws Exception {
    Shell.assertSameBytes(
        virginia.restore(origin, directory.resolve("expected")),
        ireland.restore(copy, directory.resolve("restored")));
  }
}
