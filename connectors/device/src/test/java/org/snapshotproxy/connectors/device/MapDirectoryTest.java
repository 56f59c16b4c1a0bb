package org.snapshotproxy.connectors.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snapshotproxy.connectors.base.FspException;

/** One map a directory, and nobody else's file is touched. */
class MapDirectoryTest {
  private static final String OURS = "blocks-ours";

  @TempDir Path parent;

  private Path map() {
    return parent.resolve("map");
  }

  /** A directory that was new when it was looked at, with these files since. */
  private MapDirectory holding(String... files) throws IOException {
    MapDirectory directory = MapDirectory.fresh(map().toString());
    Files.createDirectories(map());
    for (String file : files) {
      Files.writeString(map().resolve(file), "rows");
    }
    return directory;
  }

  private Stream<String> names() throws IOException {
    try (Stream<Path> files = Files.list(map())) {
      return files.map(file -> file.getFileName().toString()).toList().stream();
    }
  }

  @Test
  void lookingCreatesNothing() {
    assertThat(MapDirectory.fresh(map().toString()).existed()).isFalse();
    assertThat(map()).doesNotExist();
  }

  @Test
  void evenAHiddenFileMakesItNotEmpty() throws Exception {
    holding(".blocks-x.csv.inprogress");

    assertThatExceptionOfType(FspException.class)
        .isThrownBy(() -> MapDirectory.fresh(map().toString()))
        .withMessageContaining("is not empty");
  }

  @Test
  void theEndDeletesWhatRestartsLeftAndSaysThatTheMapIsWhole() throws Exception {
    MapDirectory directory =
        holding("blocks-ours-1.csv", ".blocks-ours-2.csv.inprogress.1", ".other");

    directory.finish(OURS);

    assertThat(names()).containsExactlyInAnyOrder("blocks-ours-1.csv", ".other", "_SUCCESS");
  }

  @Test
  void aFailureTakesTheRunsFilesAndTheDirectoryItMade() throws Exception {
    MapDirectory directory =
        holding("blocks-ours-1.csv", ".blocks-ours-2.csv.inprogress.1", "_SUCCESS");

    directory.abandon(OURS);

    assertThat(map()).doesNotExist();
  }

  @Test
  void aFailureLeavesTheFilesOfOthers() throws Exception {
    MapDirectory directory = holding("blocks-ours-1.csv", "blocks-theirs-1.csv");

    directory.abandon(OURS);

    assertThat(names()).containsExactly("blocks-theirs-1.csv");
  }

  @Test
  void aFailureLeavesTheDirectoryThatWasThere() throws Exception {
    Files.createDirectory(map());
    MapDirectory directory = holding("blocks-ours-1.csv");

    directory.abandon(OURS);

    assertThat(map()).isEmptyDirectory();
  }

  @Test
  void aFailureBeforeTheFirstFileLeavesNothingToDo() throws Exception {
    MapDirectory directory = MapDirectory.fresh(map().toString());

    directory.abandon(OURS);

    assertThat(map()).doesNotExist();
  }
}
