package org.snapshotproxy.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * This build goes on with runs that a release before it began (UPGRADING.md), on its own line of
 * Flink or an earlier one: from a savepoint in the middle, and from a last checkpoint, which waited
 * for the seal.
 */
class ReleasedStateIT {
  private static final String RELEASE = "0.1.0";

  @TempDir Path directory;
  private ReleasedState released;
  private TestCloud cloud;
  private Witness virginia;
  private Witness ireland;

  static List<String> lines() {
    return ReleasedState.lines();
  }

  private void unpack(String line, String name) throws Exception {
    released = ReleasedState.unpack(RELEASE, line, name, directory.resolve(name));
    cloud = TestCloud.start(config -> config.dataDirectory(released.endpoint()));
    virginia = cloud.in(ReleasedState.REGION);
    ireland = cloud.in(ReleasedState.DESTINATION_REGION);
  }

  @AfterEach
  void stop() throws Exception {
    cloud.close();
  }

  @ParameterizedTest
  @MethodSource("lines")
  void aSavepointFromTheMiddleGoesOnToTheLastByte(String line) throws Exception {
    unpack(line, "middle");
    String copy = pending();

    Invocation resumed =
        Launched.run(directory, cloud.url(), "resume", released.state().toString());

    assertThat(resumed.code()).as(resumed.err()).isZero();
    assertThat(resumed.lines().get(0))
        .contains(" contains " + ReleasedState.blocks().size() + " chunks ");
    assertThat(resumed.lastLine()).isEqualTo(copy);
    // What the savepoint covers is neither read nor put again.
    assertThat(cloud.answered("PutSnapshotBlock"))
        .isBetween(
            ReleasedState.blocks().size() - ReleasedState.MOST_PUT,
            ReleasedState.blocks().size() - ReleasedState.FEWEST_PUT)
        .isEqualTo(cloud.answered("GetSnapshotBlock"));
    assertThat(cloud.answered("CompleteSnapshot")).isEqualTo(1);
    assertIsWhole(copy);
  }

  @ParameterizedTest
  @MethodSource("lines")
  void aCheckpointThatWaitedForTheSealIsSealed(String line) throws Exception {
    unpack(line, "sealing");
    String copy = pending();
    String origin = virginia.snapshots().iterator().next();
    List<String> words = new ArrayList<>(List.of("resume", released.state().toString(), "--"));
    words.addAll(List.of("-D", "fsp.state.dir=" + directory.resolve("runs")));
    words.addAll(ReleasedState.command(origin));

    Invocation resumed = Launched.run(directory, cloud.url(), words.toArray(String[]::new));

    assertThat(resumed.code()).as(resumed.err()).isZero();
    assertThat(resumed.lastLine()).isEqualTo(copy);
    assertThat(cloud.answered("GetSnapshotBlock")).isZero();
    assertThat(cloud.answered("PutSnapshotBlock")).isZero();
    // The seal that waited, and the one of the input's end, which comes again.
    assertThat(cloud.answered("CompleteSnapshot")).isBetween(1L, 2L);
    assertIsWhole(copy);
  }

  /** The one snapshot that the release was filling. */
  private String pending() {
    String copy = ireland.snapshots().iterator().next();
    assertThat(ireland.describe(copy).stateAsString()).isEqualTo("pending");
    return copy;
  }

  private void assertIsWhole(String copy) {
    assertThat(ireland.snapshots()).containsExactly(copy);
    assertThat(ireland.describe(copy).stateAsString()).isEqualTo("completed");
    assertThat(ireland.contents(copy)).isEqualTo(Witness.digests(ReleasedState.blocks()));
  }
}
