package org.snapshotproxy.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs on clusters of real processes, which are stopped, moved and killed on the way. */
class ClusterIT {
  /** Blocks are written often enough to a checkpoint that a kill costs little. */
  private static final String[] CHECKPOINTS = {
    "-D", "execution.checkpointing.interval-during-backlog=500ms"
  };

  @TempDir Path directory;

  private CopyAbroad copies;

  /** The launcher's first start after a build is slow, and no test waits for that. */
  @BeforeAll
  static void startOnce(@TempDir Path scratch) throws Exception {
    Launched.run(scratch, "", "--version").succeeded();
  }

  @BeforeEach
  void start() throws Exception {
    copies = new CopyAbroad(directory);
  }

  @AfterEach
  void stop() throws Exception {
    copies.close();
  }

  @Test
  @Tag("either-line")
  void aCopyOnAClusterTellsWhatAnEmbeddedOneTells() throws Exception {
    String origin = copies.virginia.completed(1, Map.of(0, Witness.block(1), 70, Witness.block(2)));
    try (ClusterProcesses cluster = ClusterProcesses.start(directory.resolve("a"), 1)) {
      Invocation copy = copies.fsp(copies.words(cluster, origin));

      assertThat(copy.code()).as(copy.err()).isZero();
      assertThat(copy.lines()).hasSize(3);
      assertThat(copy.lines().get(0))
          .matches(
              "Snapshot "
                  + origin
                  + " contains 2 chunks and 1048576 bytes, took \\d+\\.\\d\\d seconds\\.");
      assertThat(copy.err()).isEmpty();
      copies.assertIsTheOrigin(origin, copy.lastLine());

      copies.cloud.control().addFault("access-denied:op=GetSnapshotBlock,block=70");
      Invocation denied = copies.fsp(copies.words(cluster, origin, "-d", "us-west-2"));
      assertThat(denied.code()).isEqualTo(1);
      assertThat(denied.out()).isEmpty();
      assertThat(denied.err()).contains("was denied").contains("fsp: deleted snap-");
      assertThat(copies.abroad.in("us-west-2").snapshots()).isEmpty();

      Invocation refused =
          copies.fsp(
              copies.words(
                  cluster, origin, "-d", "us-west-2", "-D", "execution.checkpointing.interval=1h"));
      assertThat(refused.code()).isEqualTo(1);
      // Flink 1.20 looks at it here, 2.3 on the cluster.
      assertThat(refused.err())
          .containsPattern(
              "fsp: (The cluster refused the job: .*)?Checkpoint interval during backlog")
          .hasLineCount(2);
      assertThat(copies.abroad.in("us-west-2").snapshots()).isEmpty();

      assertThat(webUi(cluster)).contains("Apache Flink Web Dashboard");
    }
  }

  @Test
  void aStoppedCopyGoesOnElsewhereWithAnotherParallelismAfterItsTokensHaveExpired()
      throws Exception {
    // So slowly that it is not listed to its end before it is stopped.
    String origin = copies.slowlyListed(3000);
    // It is on its way when the savepoint is taken, with a token from before.
    copies.cloud.control().addFault("throttle:op=GetSnapshotBlock,block=" + copies.early());
    String savepoint;
    String copy;
    try (ClusterProcesses cluster =
        ClusterProcesses.start(directory.resolve("a"), 2, CHECKPOINTS)) {
      Invocation detached = copies.fsp(copies.words(cluster, origin, "--detached"));
      assertThat(detached.code()).as(detached.err()).isZero();
      String job = detached.lines().get(0);
      copy = detached.lines().get(1);
      copies.awaitPuts(100);
      assertThat(Invocation.of("--cluster", cluster.address(), "status").succeeded().out())
          .isEqualTo("%s RUNNING %s fsp copy %s%n".formatted(job, startOf(cluster, job), origin));

      Await.until(
          "the blocks that were moved and a checkpoint, by what the cluster tells",
          () ->
              statusOf(cluster, job)
                  .matches("(?s).*\nblocks_moved [1-9].*\ncheckpoint_bytes [1-9].*"));
      assertThat(statusOf(cluster, job))
          .contains("job_id " + job, "name fsp copy " + origin, "state RUNNING", "restarts 0");

      Invocation stop = Invocation.of("--cluster", cluster.address(), "stop", job).succeeded();
      savepoint = stop.lastLine();

      assertThat(stop.err()).contains("the snapshot stays pending until 72 hours after its last");
      assertThat(copies.ireland.describe(copy).stateAsString()).isEqualTo("pending");
    }
    long before = copies.abroad.answered("PutSnapshotBlock");
    copies.cloud.control().clearFaults();
    copies.cloud.control().advanceClock(Duration.ofDays(8));
    copies.abroad.control().advanceClock(Duration.ofHours(71));
    try (ClusterProcesses other = ClusterProcesses.start(directory.resolve("b"), 1)) {
      Invocation resumed = copies.fsp("--cluster", other.address(), "resume", savepoint);

      assertThat(resumed.code()).as(resumed.err()).isZero();
      assertThat(resumed.lastLine()).isEqualTo(copy);
    }
    assertThat(copies.cloud.control().counters().read("GetSnapshotBlock", "ValidationException"))
        .as("tokens that had expired")
        .isPositive();
    assertThat(before).isBetween(100L, copies.blocks() - 1L);
    // Of what was in flight at the savepoint nothing was acknowledged, so nothing is put twice.
    assertThat(copies.abroad.answered("PutSnapshotBlock")).isLessThan(copies.blocks() + before);
    copies.assertIsTheOrigin(origin, copy);
  }

  @Test
  @Tag("either-line")
  void aCopyOutlivesItsDriverAndItsTaskManagers() throws Exception {
    long seed = System.nanoTime();
    System.err.println("the order of kills has the seed " + seed);
    Random random = new Random(seed);
    String origin = copies.slowlyListed();
    try (TestBucket bucket = new TestBucket();
        ClusterProcesses cluster =
            ClusterProcesses.start(directory.resolve("a"), 2, checkpointsIn(bucket));
        Launched first = copies.launch(copies.words(cluster, origin, "--run-id", "weekly"))) {
      copies.awaitPuts(20);
      first.kill();
      Invocation another =
          copies.fsp(copies.words(cluster, origin, "--run-id", "weekly", "--skip-zeros"));
      assertThat(another.code()).isEqualTo(1);
      assertThat(another.err()).contains("weekly is going on as job", "with other arguments: fsp ");
      try (Launched second = copies.launch(copies.words(cluster, origin, "--run-id", "weekly"))) {
        for (int quarter = 1; quarter <= 3; quarter++) {
          copies.awaitPuts((long) copies.blocks() * quarter / 4);
          List<String> workers =
              cluster.processes().stream().filter(name -> name.startsWith("task")).toList();
          cluster.kill(workers.get(random.nextInt(workers.size())));
          cluster.run("taskmanager");
        }
        Await.until(
            "the second driver to find the job of the first",
            () -> second.said().contains("run weekly is going on as job"));
        assertThat(bucket.keys("checkpoints/")).anyMatch(key -> key.endsWith("/_metadata"));
        copies.cloud.control().clearFaults();
        copies.assertEndsWhole(second, origin);
      }
      assertThat(Invocation.of("--cluster", cluster.address(), "status").lines()).hasSize(1);
      // From the beginning each time, it would have been one and a half times more.
      assertThat(copies.abroad.answered("PutSnapshotBlock")).isLessThan(2L * copies.blocks());
    }
  }

  @Test
  @Tag("either-line")
  void aCopyOutlivesItsJobManager() throws Exception {
    String origin = copies.slowlyListed();
    try (ClusterProcesses cluster =
            ClusterProcesses.start(
                directory.resolve("a"),
                1,
                "--ha",
                "-D",
                "high-availability.zookeeper.quorum=" + ClusterProcesses.zooKeeper(),
                CHECKPOINTS[0],
                CHECKPOINTS[1]);
        Launched copy = copies.launch(copies.words(cluster, origin))) {
      copies.awaitPuts(100);
      cluster.kill("jobmanager");
      cluster.run("jobmanager");
      copies.cloud.control().clearFaults();
      copies.assertEndsWhole(copy, origin);
    }
  }

  /** Has checkpoints written to S3, through the plugin that the script brings. */
  private static String[] checkpointsIn(TestBucket bucket) throws Exception {
    return new String[] {
      CHECKPOINTS[0],
      CHECKPOINTS[1],
      "-D",
      "execution.checkpointing.dir=s3://" + bucket.name() + "/checkpoints",
      "-D",
      "s3.endpoint=" + TestBucket.url(),
      "-D",
      "s3.path-style-access=true",
      "-D",
      "s3.region=us-east-1"
    };
  }

  private static String startOf(ClusterProcesses cluster, String job) throws Exception {
    long millis =
        new ObjectMapper().readTree(get(cluster, "/jobs/" + job)).path("start-time").asLong();
    return Instant.ofEpochSecond(millis / 1000).toString();
  }

  private static String statusOf(ClusterProcesses cluster, String job) {
    return Invocation.of("--cluster", cluster.address(), "status", job).succeeded().out();
  }

  private static String webUi(ClusterProcesses cluster) throws Exception {
    return get(cluster, "/");
  }

  private static String get(ClusterProcesses cluster, String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://" + cluster.address() + path)).build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }
}
