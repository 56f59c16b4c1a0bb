package org.snapshotproxy.emr;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.yarn.api.records.FinalApplicationStatus;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snapshotproxy.endpoint.EndpointConfig;
import org.snapshotproxy.endpoint.LocalEndpoint;
import org.snapshotproxy.endpoint.store.SyntheticSpec;
import software.amazon.awssdk.services.ec2.model.Snapshot;

/** Steps as the script sends them, on a YARN configured as the script asks EMR to. */
class StepIT {
  private static final String JOB_MANAGER =
      "org.apache.flink.yarn.entrypoint.YarnApplicationClusterEntryPoint";
  private static final String TASK_MANAGER = "org.apache.flink.yarn.YarnTaskExecutorRunner";

  @TempDir static Path directory;
  private static LocalEndpoint endpoint;
  private static Cli emr;
  private static ZooKeeper zookeeper;
  private static YarnCluster yarn;
  private static PrimaryNode primary;

  @BeforeAll
  static void start() throws Exception {
    endpoint = LocalEndpoint.start(EndpointConfig.builder().build());
    emr = new Cli(directory);
    emr.run("setup").succeeded();
    emr.run("create").succeeded();
    zookeeper = ZooKeeper.start(directory);
    yarn = YarnCluster.start(directory, emr.s3(), emr.configuration("yarn-site"));
    primary =
        new PrimaryNode(
            directory,
            emr.s3(),
            yarn,
            zookeeper,
            emr.configuration("flink-conf"),
            Map.of(
                "AWS_ACCESS_KEY_ID", Region.KEY,
                "AWS_SECRET_ACCESS_KEY", Region.SECRET,
                "AWS_ENDPOINT_URL", endpoint.uri().toString()));
  }

  @AfterAll
  static void stop() throws Exception {
    if (yarn != null) {
      yarn.close();
    }
    zookeeper.close();
    endpoint.close();
  }

  @AfterEach
  void clear() {
    endpoint.control().clearFaults();
  }

  @Test
  void aStepOutlivesItsContainersAndMakesOneWholeSnapshot() throws Exception {
    try (Region virginia = new Region(endpoint.uri(), "us-east-1");
        Region ireland = new Region(endpoint.uri(), "eu-west-1")) {
      String origin = slowOrigin();
      try (Program step = step("--run-id", "a", "copy", origin, "-d", "eu-west-1")) {
        String application = application(step);
        Await.until("a checkpoint is complete", step, () -> checkpoints() > 0);
        kill(YarnCluster.processes(application, TASK_MANAGER).get(0));
        long before = answered("PutSnapshotBlock");
        Await.until("more is put", step, () -> answered("PutSnapshotBlock") > before);
        kill(YarnCluster.processes(application, JOB_MANAGER).get(0));
        endpoint.control().clearFaults();
        Program.Ended ended = step.end().succeeded();

        List<Snapshot> made = ireland.snapshots();
        assertThat(made).hasSize(1);
        assertThat(made.get(0).stateAsString()).isEqualTo("completed");
        assertThat(made.get(0).volumeSize()).isEqualTo(2);
        assertThat(answered("CompleteSnapshot")).isEqualTo(1);
        assertSameBytes(virginia, origin, ireland, made.get(0).snapshotId());
        assertThat(ended.lastLine()).isEqualTo(made.get(0).snapshotId());
        assertThat(yarn.jobManagerNodes(application)).hasSize(2).containsOnly(yarn.coreNode());
      }
    }
  }

  @Test
  void aStepWhoseCommandFailsFails() throws Exception {
    try (Program step =
        step("--run-id", "b", "copy", "snap-00000000000000000", "-d", "eu-central-1")) {
      Program.Ended ended = step.end();

      assertThat(ended.code()).isEqualTo(1);
      assertThat(ended.err()).contains("ended as FAILED");
    }
  }

  @Test
  void aStepThatIsCancelledEndsItsApplication() throws Exception {
    try (Program step = step("--run-id", "c", "copy", slowOrigin(), "-d", "eu-north-1")) {
      String application = application(step);
      step.interrupt();

      assertThat(step.end().code()).isEqualTo(1);
      assertThat(yarn.end(application)).isEqualTo(FinalApplicationStatus.KILLED);
    }
  }

  private static Program step(String... words) throws Exception {
    String[] run = {"run", "-o", "us-east-1"};
    emr.run(Stream.of(run, words).flatMap(Stream::of).toArray(String[]::new)).succeeded();
    return primary.step(emr.step());
  }

  /** What the step has submitted. */
  private static String application(Program step) throws Exception {
    Pattern said = Pattern.compile("on-yarn: (application_\\d+_\\d+)");
    Await.until("the application is submitted", step, () -> said.matcher(step.said()).find());
    return said.matcher(step.said()).results().findFirst().orElseThrow().group(1);
  }

  /** A snapshot that is listed in some ten seconds. */
  private static String slowOrigin() throws Exception {
    endpoint.control().addFault("short-page:size=20");
    endpoint.control().addFault("latency:op=ListSnapshotBlocks,ms=2000");
    return endpoint.control().synthetic("us-east-1", 2, SyntheticSpec.full(5, 0.12).withRun(1));
  }

  private static long answered(String operation) {
    return endpoint.control().counters().read(operation, "ok");
  }

  /** Those that lie in what stands for S3. */
  private static long checkpoints() throws Exception {
    Path all = emr.s3().resolve(Cli.BUCKET).resolve("fsp/checkpoints");
    if (!Files.exists(all)) {
      return 0;
    }
    try (Stream<Path> files = Files.walk(all)) {
      return files.filter(each -> each.endsWith("_metadata")).count();
    }
  }

  private static void kill(ProcessHandle process) {
    process.destroyForcibly();
    process.onExit().join();
  }

  private static void assertSameBytes(Region virginia, String origin, Region ireland, String made) {
    Map<Integer, String> blocks = virginia.blocks(origin);
    Map<Integer, String> copied = ireland.blocks(made);
    assertThat(copied.keySet()).isEqualTo(blocks.keySet());
    blocks.forEach(
        (index, token) ->
            assertThat(ireland.read(made, index, copied.get(index)))
                .isEqualTo(virginia.read(origin, index, token)));
  }
}
