package org.snapshotproxy.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Drivers that Flink's own command line starts, on a session cluster of processes. */
class FlinkRunIT {
  private static final List<String> ATTACHED = List.of();
  private static final List<String> DETACHED = List.of("-d");

  @TempDir Path directory;
  private CopyAbroad copies;

  @BeforeEach
  void start() throws Exception {
    copies = new CopyAbroad(directory);
  }

  @AfterEach
  void stop() throws Exception {
    copies.close();
  }

  @Test
  void driversOfOneRunHaveOneJobAndOneSnapshot() throws Exception {
    // So slowly that the others find the job before it ends, however long they take to start.
    String origin = copies.slowlyListed(1500);
    String[] weekly = copies.words(origin, "--run-id", "weekly");
    try (ClusterProcesses cluster = ClusterProcesses.start(directory.resolve("a"), 1);
        Launched first = flinkRun(cluster, DETACHED, weekly)) {
      String copy = first.end().succeeded().lastLine();
      copies.awaitPuts(20);
      try (Launched second = flinkRun(cluster, ATTACHED, weekly);
          Launched third = flinkRun(cluster, DETACHED, weekly);
          Launched other =
              flinkRun(
                  cluster, DETACHED, copies.words(origin, "--run-id", "weekly", "--skip-zeros"))) {
        Invocation detached = third.end().succeeded();
        assertThat(detached.err()).contains("fsp: run weekly is going on as job ");
        assertThat(detached.lastLine()).isEqualTo(copy);

        Invocation refused = other.end();
        assertThat(refused.code()).isNotZero();
        assertThat(refused.err())
            .contains("weekly is going on as job", "with other arguments: fsp ");

        Await.until(
            "the second driver to find the job of the first",
            () -> second.said().contains("fsp: run weekly is going on as job "));
        copies.cloud.control().clearFaults();
        copies.assertEndsWhole(second, origin);
      }
      assertThat(Invocation.of("--cluster", cluster.address(), "status").succeeded().lines())
          .hasSize(1);
      assertThat(copies.abroad.answered("PutSnapshotBlock")).isEqualTo(copies.blocks());
    }
  }

  private Launched flinkRun(ClusterProcesses cluster, List<String> options, String... words)
      throws IOException {
    return Launched.flinkRun(directory, copies.cloud.url(), cluster, options, words);
  }
}
