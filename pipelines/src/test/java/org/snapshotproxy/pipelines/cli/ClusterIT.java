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
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
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
  private TestCloud cloud;
  private Witness virginia;
  private Witness ireland;

  /** Blocks of {@link #slowlyListed}. */
  private int blocks;

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
  @Tag("either-line")
  void aCopyOnAClusterTellsWhatAnEmbeddedOneTells() throws Exception {
    String origin = virginia.completed(1, Map.of(0, Witness.block(1), 70, Witness.block(2)));
    try (ClusterProcesses cluster = ClusterProcesses.start(directory.resolve("a"), 1)) {
      Invocation copy =
          fsp("--cluster", cluster.address(), "-o", "us-east-1", "copy", origin, "-d", "eu-west-1");

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
      Invocation denied =
          fsp("--cluster", cluster.address(), "-o", "us-east-1", "copy", origin, "-d", "us-west-2");
      assertThat(denied.code()).isEqualTo(1);
      assertThat(denied.out()).isEmpty();
      assertThat(denied.err()).contains("was denied").contains("fsp: deleted snap-");
      assertThat(cloud.in("us-west-2").snapshots()).isEmpty();

      Invocation refused =
          fsp(
              "--cluster",
              cluster.address(),
              "-D",
              "execution.checkpointing.interval=1h",
              "-o",
              "us-east-1",
              "copy",
              origin,
              "-d",
              "us-west-2");
      assertThat(refused.code()).isEqualTo(1);
      // Flink 1.20 looks at it here, 2.3 on the cluster.
      assertThat(refused.err())
          .containsPattern(
              "fsp: (The cluster refused the job: .*)?Checkpoint interval during backlog")
          .hasLineCount(2);
      assertThat(cloud.in("us-west-2").snapshots()).isEmpty();

      assertThat(webUi(cluster)).contains("Apache Flink Web Dashboard");
    }
  }

  @Test
  void aStoppedCopyGoesOnElsewhereWithOtherTokensAndAnotherParallelism() throws Exception {
    String origin = slowlyListed();
    // So slowly that it is not listed to its end before it is stopped.
    cloud.control().addFault("latency:op=ListSnapshotBlocks,ms=3000");
    String savepoint;
    String copy;
    try (ClusterProcesses cluster =
        ClusterProcesses.start(directory.resolve("a"), 2, CHECKPOINTS)) {
      Invocation detached =
          fsp(
              "--cluster",
              cluster.address(),
              "--detached",
              "-o",
              "us-east-1",
              "copy",
              origin,
              "-d",
              "eu-west-1");
      assertThat(detached.code()).as(detached.err()).isZero();
      String job = detached.lines().get(0);
      copy = detached.lines().get(1);
      awaitPuts(100);
      assertThat(fsp("--cluster", cluster.address(), "status").succeeded().out())
          .isEqualTo("%s RUNNING %s fsp copy %s%n".formatted(job, startOf(cluster, job), origin));

      savepoint = fsp("--cluster", cluster.address(), "stop", job).succeeded().lastLine();

      assertThat(ireland.describe(copy).stateAsString()).isEqualTo("pending");
    }
    long before = cloud.answered("PutSnapshotBlock");
    cloud.control().clearFaults();
    cloud.control().advanceClock(Duration.ofHours(5));
    try (ClusterProcesses other = ClusterProcesses.start(directory.resolve("b"), 1)) {
      Invocation resumed = fsp("--cluster", other.address(), "resume", savepoint);

      assertThat(resumed.code()).as(resumed.err()).isZero();
      assertThat(resumed.lastLine()).isEqualTo(copy);
    }
    assertThat(before).isBetween(100L, blocks - 1L);
    // Of what was in flight at the savepoint nothing was acknowledged, so nothing is put twice.
    assertThat(cloud.answered("PutSnapshotBlock")).isLessThan(blocks + before);
    assertIsTheOrigin(origin, copy);
  }

  @Test
  @Tag("either-line")
  void aCopyOutlivesItsTaskManagers() throws Exception {
    long seed = System.nanoTime();
    System.err.println("the order of kills has the seed " + seed);
    Random random = new Random(seed);
    String origin = slowlyListed();
    try (ClusterProcesses cluster = ClusterProcesses.start(directory.resolve("a"), 2, CHECKPOINTS);
        Launched copy = copy(cluster, origin)) {
      for (int quarter = 1; quarter <= 3; quarter++) {
        awaitPuts((long) blocks * quarter / 4);
        List<String> workers =
            cluster.processes().stream().filter(name -> name.startsWith("task")).toList();
        cluster.kill(workers.get(random.nextInt(workers.size())));
        cluster.run("taskmanager");
      }
      cloud.control().clearFaults();
      assertEndsWhole(copy, origin);
      // From the beginning each time, it would have been one and a half times more.
      assertThat(cloud.answered("PutSnapshotBlock")).isLessThan(2L * blocks);
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
        Launched copy = copy(cluster, origin)) {
      awaitPuts(100);
      cluster.kill("jobmanager");
      cluster.run("jobmanager");
      cloud.control().clearFaults();
      assertEndsWhole(copy, origin);
    }
  }

  private Launched copy(ClusterProcesses cluster, String origin) throws Exception {
    return Launched.start(
        directory,
        cloud.url(),
        "--cluster",
        cluster.address(),
        "-D",
        "fsp.list.concurrency=1",
        "-o",
        "us-east-1",
        "copy",
        origin,
        "-d",
        "eu-west-1");
  }

  private void assertEndsWhole(Launched copy, String origin) throws Exception {
    Invocation ended = copy.end();
    assertThat(ended.code()).as(ended.err()).isZero();
    assertThat(ended.lines().get(0)).contains(" contains " + blocks + " chunks ");
    assertIsTheOrigin(origin, ended.lastLine());
  }

  private void assertIsTheOrigin(String origin, String copy) throws Exception {
    assertThat(ireland.snapshots()).containsExactly(copy);
    // A seal that was answered while its process died is asked for again, and changes nothing.
    assertThat(cloud.answered("CompleteSnapshot")).isGreaterThan(isOurs(origin) ? 1 : 0);
    assertThat(ireland.listed(copy)).isEqualTo(virginia.listed(origin));
    Shell.assertSameBytes(
        virginia.restore(origin, directory.resolve("expected")),
        ireland.restore(copy, directory.resolve("restored")));
  }

  /** Whether the origin was completed by a witness, and is not synthetic. */
  private boolean isOurs(String origin) throws Exception {
    return virginia.listed(origin).size() == 2;
  }

  /** A thousand blocks, of which from now on no page has more than twenty. */
  private String slowlyListed() throws Exception {
    String origin =
        cloud.control().synthetic("us-east-1", 4, SyntheticSpec.full(5, 0.12).withRun(1));
    blocks = virginia.listed(origin).size();
    cloud.control().addFault("short-page:size=20");
    cloud.control().addFault("latency:op=ListSnapshotBlocks,ms=400");
    return origin;
  }

  private void awaitPuts(long count) throws Exception {
    Await.until(
        count + " blocks put, of " + cloud.answered("PutSnapshotBlock"),
        () -> cloud.answered("PutSnapshotBlock") >= count);
  }

  private Invocation fsp(String... arguments) throws Exception {
    return Launched.run(directory, cloud.url(), arguments);
  }

  private static String startOf(ClusterProcesses cluster, String job) throws Exception {
    long millis =
        new ObjectMapper().readTree(get(cluster, "/jobs/" + job)).path("start-time").asLong();
    return Instant.ofEpochSecond(millis / 1000).toString();
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
