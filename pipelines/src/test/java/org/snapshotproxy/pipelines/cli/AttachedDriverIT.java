package org.snapshotproxy.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a driver that waits for its job on a cluster tells of it, until its end and at its end. */
class AttachedDriverIT {
  private static final String[] CHECKPOINTS = {
    "-D", "execution.checkpointing.interval-during-backlog=500ms"
  };

  /** Milliseconds for a page of twenty blocks, so that no job ends before it is stopped. */
  private static final int LONG = 1500;

  @TempDir static Path shared;
  private static ClusterProcesses cluster;

  @TempDir Path directory;
  private CopyAbroad copies;

  @BeforeAll
  static void startCluster() throws Exception {
    // The launcher's first start after a build is slow, and no test waits for that.
    Launched.run(shared, "", "--version").succeeded();
    cluster = ClusterProcesses.start(shared.resolve("a"), 1);
  }

  @AfterAll
  static void stopCluster() throws Exception {
    cluster.close();
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
  void ofAJobThatSomebodyStoppedItTellsHowToGoOnFromItsSavepoint() throws Exception {
    String origin = copies.slowlyListed(LONG);
    try (Launched driver = copies.launch(copies.words(cluster, origin))) {
      copies.awaitPuts(20);
      String job = runningJob();

      String savepoint =
          Invocation.of("--cluster", cluster.address(), "stop", job).succeeded().lastLine();

      String told = assertNothingIsTakenBack(driver.end());
      assertThat(told)
          .startsWith("fsp: Job " + job + " was stopped before its end, and nothing is sealed. ")
          .contains(" resume " + savepoint + " -- --run-id ");
      assertGoesOn(told, origin);
    }
  }

  @Test
  void ofAJobThatSomebodyCancelledItTellsHowToGoOnFromItsLastCheckpoint() throws Exception {
    String origin = copies.slowlyListed(LONG);
    try (Launched driver = copies.launch(copies.words(cluster, origin, CHECKPOINTS))) {
      copies.awaitPuts(20);
      String job = runningJob();
      ClusterRest rest = new ClusterRest(cluster.address());
      int before = rest.completedCheckpoints(job);
      // The next one may have begun before those blocks were put.
      Await.until("a checkpoint of the blocks", () -> rest.completedCheckpoints(job) > before + 1);

      rest.cancel(job);

      String told = assertNothingIsTakenBack(driver.end());
      assertThat(told)
          .startsWith("fsp: Job " + job + " was cancelled before its end, and nothing is sealed. ")
          .containsPattern(" resume file:\\S+/" + job + "/chk-\\d+ -- --run-id ");
      assertGoesOn(told, origin);
    }
  }

  @Test
  void itsOwnUsersInterruptEndsTheJobAndTakesTheSnapshotBack() throws Exception {
    String origin = copies.slowlyListed(LONG);
    try (Launched driver = copies.launch(copies.words(cluster, origin))) {
      copies.awaitPuts(20);
      String job = runningJob();

      driver.interrupt();

      Invocation ended = driver.end();
      assertThat(ended.code()).isEqualTo(130);
      assertThat(ended.err()).contains("fsp: deleted snap-").doesNotContain("kept", "Go on with");
      assertThat(copies.ireland.snapshots()).isEmpty();
      assertThat(Invocation.of("--cluster", cluster.address(), "status", job).out())
          .contains("state CANCELED");
    }
  }

  @Test
  @Tag("either-line")
  void theBarIsWhatTheClusterTellsOfTheJob() throws Exception {
    String origin = copies.slowlyListed();
    Map<String, String> watched =
        Map.of("AWS_ENDPOINT_URL", copies.cloud.url(), "FSP_JAVA_OPTS", "-Dfsp.terminal=true");
    try (Launched driver = Launched.start(directory, watched, copies.words(cluster, origin))) {
      Invocation copy = driver.end().succeeded();

      List<Integer> moved = movedMiB(copy.err());
      // Twenty blocks at a time, looked at once a second: no two of many looks are alike.
      assertThat(moved).isSorted();
      assertThat(moved.stream().distinct()).hasSizeGreaterThan(5);
      String all = Integer.toString(copies.blocks() / 2);
      assertThat(copy.err()).contains("100% ").contains(" " + all + "/" + all + " MiB ");
      assertThat(moved.get(moved.size() - 1)).isEqualTo(copies.blocks() / 2);
    }
  }

  /** What a bar said of how much is moved, in order. */
  private static List<Integer> movedMiB(String bar) {
    return Pattern.compile("(\\d+)/\\d+ MiB ")
        .matcher(bar)
        .results()
        .map(each -> Integer.valueOf(each.group(1)))
        .toList();
  }

  private static String runningJob() {
    return Invocation.of("--cluster", cluster.address(), "status").succeeded().lines().stream()
        .filter(line -> line.contains(" RUNNING "))
        .findFirst()
        .orElseThrow()
        .split(" ")[0];
  }

  /** The sentence that a driver ended with, whose job others ended. */
  private String assertNothingIsTakenBack(Invocation driver) throws Exception {
    assertThat(copies.ireland.snapshots()).as(driver.err()).hasSize(1);
    String copy = copies.ireland.snapshots().iterator().next();
    assertThat(driver.code()).isEqualTo(1);
    assertThat(driver.out()).isEmpty();
    List<String> told = driver.err().lines().toList();
    assertThat(told).hasSize(2);
    assertThat(told.get(0))
        .isEqualTo("fsp: " + copy + " in eu-west-1 was started and is not completed; it is kept");
    assertThat(copies.ireland.describe(copy).stateAsString()).isEqualTo("pending");
    return told.get(1);
  }

  /**
   * The command that was told, pasted, makes the same snapshot whole, and not from its beginning.
   */
  private void assertGoesOn(String told, String origin) throws Exception {
    Matcher command = Pattern.compile("Go on with: fsp (\\S.*)").matcher(told);
    assertThat(command.find()).as(told).isTrue();
    String copy = copies.ireland.snapshots().iterator().next();
    long before = copies.abroad.answered("PutSnapshotBlock");
    copies.cloud.control().clearFaults();

    Invocation on = copies.fsp(command.group(1).split(" "));

    assertThat(on.code()).as(on.err()).isZero();
    assertThat(on.lastLine()).isEqualTo(copy);
    assertThat(copies.abroad.answered("PutSnapshotBlock")).isLessThan(copies.blocks() + before);
    copies.assertIsTheOrigin(origin, copy);
  }
}
