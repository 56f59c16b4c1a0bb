package org.snapshotproxy.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snapshotproxy.endpoint.store.SyntheticSpec;

/** Commands that run inside a job manager of their own, as a supervisor starts it again. */
class ApplicationIT {
  @TempDir Path directory;
  private TestCloud cloud;
  private Witness virginia;
  private Witness ireland;

  @BeforeEach
  void start() throws Exception {
    Path data = Files.createDirectory(directory.resolve("endpoint"));
    cloud = TestCloud.start(config -> config.dataDirectory(data));
    virginia = cloud.in("us-east-1");
    ireland = cloud.in("eu-west-1");
  }

  @AfterEach
  void stop() throws Exception {
    cloud.close();
  }

  @Test
  void aDriverThatIsStartedAgainGoesOnWithItsSnapshot() throws Exception {
    String origin =
        cloud.control().synthetic("us-east-1", 2, SyntheticSpec.full(5, 0.12).withRun(1));
    int blocks = virginia.listed(origin).size();
    cloud.control().addFault("short-page:size=20");
    cloud.control().addFault("latency:op=ListSnapshotBlocks,ms=400");
    try (ClusterProcesses cluster =
        ClusterProcesses.of(
            directory.resolve("a"),
            1,
            "--ha",
            "-D",
            "high-availability.zookeeper.quorum=" + ClusterProcesses.zooKeeper(),
            "-D",
            "execution.checkpointing.interval-during-backlog=500ms")) {
      String[] copy = {
        "--run-id",
        "weekly",
        "--endpoint-url",
        cloud.url(),
        "-o",
        "us-east-1",
        "copy",
        origin,
        "-d",
        "eu-west-1"
      };
      cluster.application(copy);
      Await.until(
          "blocks put", () -> cloud.answered("PutSnapshotBlock") >= Math.min(100, blocks / 4));
      cluster.kill("jobmanager");
      cluster.application(copy);
      cloud.control().clearFaults();
      cluster.awaitEnd("jobmanager");

      assertThat(ireland.snapshots()).hasSize(1);
      String made = ireland.snapshots().iterator().next();
      assertThat(cluster.log("jobmanager").lines().filter(made::equals)).hasSize(2);
      assertIsWhole(origin, made);
      long answered = cloud.answered("PutSnapshotBlock");
      assertThat(answered).isLessThan(2L * blocks);

      // Whoever supervises it may not have seen that it had ended.
      cluster.application(copy);
      cluster.awaitEnd("jobmanager");
      assertThat(cluster.log("jobmanager")).contains("has already made this snapshot");
      assertThat(ireland.snapshots()).containsExactly(made);
      assertThat(cloud.answered("PutSnapshotBlock")).isEqualTo(answered);
    }
  }

  @Test
  void aCommandThatCouldMakeASecondSnapshotIsRefused() throws Exception {
    String origin = virginia.completed(1, Map.of(0, Witness.block(1)));
    try (ClusterProcesses cluster = ClusterProcesses.of(directory.resolve("a"), 1)) {
      cluster.application(
          "--endpoint-url", cloud.url(), "-o", "us-east-1", "copy", origin, "-d", "eu-west-1");
      cluster.awaitEnd("jobmanager");

      assertThat(cluster.log("jobmanager")).contains("give it a --run-id of its own");
      assertThat(ireland.snapshots()).isEmpty();
    }
  }

  private void assertIsWhole(String origin, String made) throws Exception {
    assertThat(ireland.describe(made).stateAsString()).isEqualTo("completed");
    assertThat(ireland.listed(made)).isEqualTo(virginia.listed(origin));
    Shell.assertSameBytes(
        virginia.restore(origin, directory.resolve("expected")),
        ireland.restore(made, directory.resolve("restored")));
  }
}
