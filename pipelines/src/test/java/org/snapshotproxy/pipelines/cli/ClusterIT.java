package org.snapshotproxy.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snapshotproxy.endpoint.store.SyntheticSpec;

/** Jobs on clusters of real processes, which are stopped, moved and killed on the way. */
class ClusterIT {
  /** Blocks are written often enough to a checkpoint that a kill costs little. */
  private static final String[] CHECKPOINTS = {
    "-D", "execution.checkpointing.interval-during-backlog=500ms"
  };

  @TempDir Path directory;

  /** Where the origins are. */
  private TestCloud cloud;

  /** Where the copies are; a service of its own, with a clock of its own. */
  private TestCloud abroad;

  private Witness virginia;
  private Witness ireland;

  /** Blocks of {@link #slowlyListed}, and one of the first of them. */
  private int blocks;

  private int early;

  /** The launcher's first start after a build is slow, and no test waits for that. */
  @BeforeAll
  static void startOnce(@TempDir Path scratch) throws Exception {
    Launched.run(scratch, "", "--version").succeeded();
  }

  @BeforeEach
  void start() throws Exception {
    Path data = Files.createDirectory(directory.resolve("endpoint"));
    cloud = TestCloud.start();
    abroad = TestCloud.start(config -> config.dataDirectory(data));
    virginia = cloud.in("us-east-1");
    ireland = abroad.in("eu-west-1");
  }

  @AfterEach
  void stop() throws Exception {
    abroad.close();
    cloud.close();
  }

  @Test
  @Tag("either-line")
  void aCopyOnAClusterTellsWhatAnEmbeddedOneTells() throws Exception {
    String origin = virginia.completed(1, Map.of(0, Witness.block(1), 70, Witness.block(2)));
    try (ClusterProcesses cluster = ClusterProcesses.start(directory.resolve("a"), 1)) {
      Invocation copy = fsp(copy(cluster, origin));

      assertThat(copy.code()).as(copy.err()).isZero();
      assertThat(copy.lines()).hasSize(3);
      assertThat(copy.lines().get(0))
          .matches(
              "Snapshot "
                  + origin
                  + " contains 2 chunks and 1048576 bytes, took \\d+\\.\\d\\d seconds\\.");
      assertThat(copy.err()).isEmpty();
      assertIsTheOrigin(origin, copy.lastLine());

      cloud.control().addFault("access-denied:op=GetSnapshotBlock,block=70");
      Invocation denied = fsp(copy(cluster, origin, "-d", "us-west-2"));
      assertThat(denied.code()).isEqualTo(1);
      assertThat(denied.out()).isEmpty();
      assertThat(denied.err()).contains("was denied").contains("fsp: deleted snap-");
      assertThat(abroad.in("us-west-2").snapshots()).isEmpty();

      Invocation refused =
          fsp(
              copy(
                  cluster, origin, "-d", "us-west-2", "-D", "execution.checkpointing.interval=1h"));
      assertThat(refused.code()).isEqualTo(1);
      // Flink 1.20 looks at it here, 2.3 on the cluster.
      assertThat(refused.err())
          .containsPattern(
              "fsp: (The cluster refused the job: .*)?Checkpoint interval during backlog")
          .hasLineCount(2);
      assertThat(abroad.in("us-west-2").snapshots()).isEmpty();

      assertThat(webUi(cluster)).contains("Apache Flink Web Dashboard");
    }
  }

  @Test
  void aStoppedCopyGoesOnElsewhereWithAnotherParallelismAfterItsTokensHaveExpired()
      throws Exception {
    String origin = slowlyListed();
    // So slowly that it is not listed to its end before it is stopped.
    cloud.control().addFault("latency:op=ListSnapshotBlocks,ms=3000");
    // It is on its way when the savepoint is taken, with a token from before.
    cloud.control().addFault("throttle:op=GetSnapshotBlock,block=" + early);
    String savepoint;
    String copy;
    try (ClusterProcesses cluster =
        ClusterProcesses.start(directory.resolve("a"), 2, CHECKPOINTS)) {
      Invocation detached = fsp(copy(cluster, origin, "--detached"));
      assertThat(detached.code()).as(detached.err()).isZero();
      String job = detached.lines().get(0);
      copy = detached.lines().get(1);
      awaitPuts(100);
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
      assertThat(ireland.describe(copy).stateAsString()).isEqualTo("pending");
    }
    long before = abroad.answered("PutSnapshotBlock");
    cloud.control().clearFaults();
    cloud.control().advanceClock(Duration.ofDays(8));
    abroad.control().advanceClock(Duration.ofHours(71));
    try (ClusterProcesses other = ClusterProcesses.start(directory.resolve("b"), 1)) {
      Invocation resumed = fsp("--cluster", other.address(), "resume", savepoint);

      assertThat(resumed.code()).as(resumed.err()).isZero();
      assertThat(resumed.lastLine()).isEqualTo(copy);
    }
    assertThat(cloud.control().counters().read("GetSnapshotBlock", "ValidationException"))
        .as("tokens that had expired")
        .isPositive();
    assertThat(before).isBetween(100L, blocks - 1L);
    // Of what was in flight at the savepoint nothing was acknowledged, so nothing is put twice.
    assertThat(abroad.answered("PutSnapshotBlock")).isLessThan(blocks + before);
    assertIsTheOrigin(origin, copy);
  }

  @Test
  @Tag("either-line")
  void aCopyOutlivesItsDriverAndItsTaskManagers() throws Exception {
    long seed = System.nanoTime();
    System.err.println("the order of kills has the seed " + seed);
    Random random = new Random(seed);
    String origin = slowlyListed();
    try (TestBucket bucket = new TestBucket();
        ClusterProcesses cluster =
            ClusterProcesses.start(directory.resolve("a"), 2, checkpointsIn(bucket));
        Launched first = launch(copy(cluster, origin, "--run-id", "weekly"))) {
      awaitPuts(20);
      first.kill();
      Invocation another = fsp(copy(cluster, origin, "--run-id", "weekly", "--skip-zeros"));
      assertThat(another.code()).isEqualTo(1);
      assertThat(another.err()).contains("weekly is going on as job", "with other arguments: fsp ");
      try (Launched second = launch(copy(cluster, origin, "--run-id", "weekly"))) {
        for (int quarter = 1; quarter <= 3; quarter++) {
          awaitPuts((long) blocks * quarter / 4);
          List<String> workers =
              cluster.processes().stream().filter(name -> name.startsWith("task")).toList();
          cluster.kill(workers.get(random.nextInt(workers.size())));
          cluster.run("taskmanager");
        }
        Await.until(
            "the second driver to find the job of the first",
            () -> second.said().contains("run weekly is going on as job"));
        assertThat(bucket.keys("checkpoints/")).anyMatch(key -> key.endsWith("/_metadata"));
        cloud.control().clearFaults();
        assertEndsWhole(second, origin);
      }
      assertThat(Invocation.of("--cluster", cluster.address(), "status").lines()).hasSize(1);
      // From the beginning each time, it would have been one and a half times more.
      assertThat(abroad.answered("PutSnapshotBlock")).isLessThan(2L * blocks);
    }
  }

  @Test
  @Tag("either-line")
  void aCopyOutlivesItsJobManager() throws Exception {
    String origin = slowlyListed();
    try (ClusterProcesses cluster =
            ClusterProcesses.start(
                directory.resolve("a"),
                1,
                "--ha",
                "-D",
                "high-availability.zookeeper.quorum=localhost:" + ClusterProcesses.threeFreePorts(),
                CHECKPOINTS[0],
                CHECKPOINTS[1]);
        Launched copy = launch(copy(cluster, origin))) {
      awaitPuts(100);
      cluster.kill("jobmanager");
      cluster.run("jobmanager");
      cloud.control().clearFaults();
      assertEndsWhole(copy, origin);
    }
  }

  /** The words of a copy to Ireland, with options that go over those. */
  private String[] copy(ClusterProcesses cluster, String origin, String... options) {
    List<String> words = new ArrayList<>(List.of("--cluster", cluster.address()));
    words.addAll(List.of("-D", "fsp.list.concurrency=1", "-o", "us-east-1", "copy", origin));
    words.addAll(List.of("--destination-endpoint-url", abroad.url()));
    words.addAll(List.of(options));
    if (!words.contains("-d")) {
      words.addAll(List.of("-d", "eu-west-1"));
    }
    return words.toArray(String[]::new);
  }

  private Launched launch(String... words) throws Exception {
    return Launched.start(directory, cloud.url(), words);
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

  private void assertEndsWhole(Launched copy, String origin) throws Exception {
    Invocation ended = copy.end();
    assertThat(ended.code()).as(ended.err()).isZero();
    assertThat(ended.lines().get(0)).contains(" contains " + blocks + " chunks ");
    assertIsTheOrigin(origin, ended.lastLine());
  }

  private void assertIsTheOrigin(String origin, String copy) throws Exception {
    assertThat(ireland.snapshots()).containsExactly(copy);
    assertThat(abroad.answered("CompleteSnapshot")).isEqualTo(1);
    assertThat(ireland.listed(copy)).isEqualTo(virginia.listed(origin));
    Shell.assertSameBytes(
        virginia.restore(origin, directory.resolve("expected")),
        ireland.restore(copy, directory.resolve("restored")));
  }

  /** A thousand blocks, of which from now on no page has more than twenty. */
  private String slowlyListed() throws Exception {
    String origin =
        cloud.control().synthetic("us-east-1", 4, SyntheticSpec.full(5, 0.12).withRun(1));
    List<Integer> listed = virginia.listed(origin);
    blocks = listed.size();
    early = listed.get(3);
    cloud.control().addFault("short-page:size=20");
    cloud.control().addFault("latency:op=ListSnapshotBlocks,ms=400");
    return origin;
  }

  private void awaitPuts(long count) throws Exception {
    Await.until(
        count + " blocks put, of " + abroad.answered("PutSnapshotBlock"),
        () -> abroad.answered("PutSnapshotBlock") >= count);
  }

  private Invocation fsp(String... arguments) throws Exception {
    return Launched.run(directory, cloud.url(), arguments);
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
