package org.snapshotproxy.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snapshotproxy.endpoint.store.SyntheticSpec;

/** A process that was killed in the middle: the same command with the same run id goes on. */
class ResumptionIT {
  @TempDir Path directory;
  private Path state;
  private TestCloud cloud;
  private Witness virginia;
  private Witness ireland;
  private String origin;
  private int blocks;

  @BeforeEach
  void start() throws Exception {
    state = directory.resolve("state");
    Path data = Files.createDirectory(directory.resolve("endpoint"));
    cloud = TestCloud.start(config -> config.dataDirectory(data));
    virginia = cloud.in("us-east-1");
    ireland = cloud.in("eu-west-1");
    origin = cloud.control().synthetic("us-east-1", 4, SyntheticSpec.full(6, 0.12).withRun(1));
    blocks = virginia.listed(origin).size();
    // It is being listed still when it is killed.
    cloud.control().addFault("short-page:size=20");
    cloud.control().addFault("latency:op=ListSnapshotBlocks,ms=1000");
  }

  @AfterEach
  void stop() throws Exception {
    cloud.close();
  }

  private Launched copy(String... more) throws IOException {
    String[] words = {
      "--run-id",
      "monday",
      "-D",
      "fsp.state.dir=" + state,
      "-D",
      "execution.checkpointing.interval-during-backlog=200ms",
      "-D",
      "execution.checkpointing.interval=200ms",
      "-D",
      "fsp.list.concurrency=1",
      "-o",
      "us-east-1",
      "copy",
      origin,
      "-d",
      "eu-west-1"
    };
    return Launched.start(
        directory,
        cloud.url(),
        Stream.concat(Stream.of(words), Stream.of(more)).toArray(String[]::new));
  }

  /** Kills a copy that has put some blocks, and has checkpoints that say so. */
  private void killed() throws Exception {
    try (Launched first = copy()) {
      Await.until("blocks put", () -> cloud.answered("PutSnapshotBlock") >= 60);
      long metadata = metadata();
      Await.until("checkpoints after that", () -> metadata() > metadata + 1);
      first.kill();
    }
    cloud.control().clearFaults();
  }

  /** The highest number of a checkpoint that is whole. */
  private long metadata() throws IOException {
    try (Stream<Path> files = Files.exists(state) ? Files.walk(state) : Stream.empty()) {
      return files
          .filter(file -> file.endsWith("_metadata"))
          .map(file -> file.getParent().getFileName().toString().replace("chk-", ""))
          .mapToLong(Long::parseLong)
          .max()
          .orElse(0);
    } catch (UncheckedIOException e) {
      return 0; // a checkpoint was just deleted for a newer one
    }
  }

  @Test
  void aKilledCopyGoesOnFromItsLastCheckpoint() throws Exception {
    killed();
    long before = cloud.answered("PutSnapshotBlock");

    Invocation second = copy().end();

    assertThat(second.code()).as(second.err()).isZero();
    assertThat(second.err()).contains("run monday goes on from its last checkpoint");
    assertThat(second.lines().get(0)).contains(" contains " + blocks + " chunks ");
    assertThat(before).isBetween(60L, blocks - 1L);
    assertThat(cloud.answered("PutSnapshotBlock")).isLessThan(blocks + before);
    assertIsTheOrigin(second.lastLine());
    try (Stream<Path> left = Files.list(state)) {
      assertThat(left).allMatch(file -> file.toString().endsWith(".lock"));
    }
  }

  @Test
  @Tag("either-line")
  void anotherCommandUnderTheSameNameDoesNotTakeTheCheckpoints() throws Exception {
    killed();

    Invocation second = copy("--skip-zeros").end();

    assertThat(second.code()).as(second.err()).isZero();
    assertThat(second.err()).doesNotContain("goes on from");
    assertIsTheOrigin(second.lastLine());
  }

  @Test
  @Tag("either-line")
  void twoProcessesOfOneNameDoNotRunAtATime() throws Exception {
    try (Launched first = copy()) {
      Await.until("blocks put", () -> cloud.answered("PutSnapshotBlock") > 0);

      Invocation second = copy().end();

      assertThat(second.code()).isEqualTo(1);
      assertThat(second.err()).contains("is going on in another process");
      cloud.control().clearFaults();
      Invocation whole = first.end();
      assertThat(whole.code()).as(whole.err()).isZero();
      assertIsTheOrigin(whole.lastLine());
    }
  }

  private void assertIsTheOrigin(String copy) throws Exception {
    assertThat(ireland.snapshots()).containsExactly(copy);
    assertThat(cloud.answered("CompleteSnapshot")).isEqualTo(1);
    Shell.assertSameBytes(
        virginia.restore(origin, directory.resolve("expected")),
        ireland.restore(copy, directory.resolve("restored")));
  }
}
