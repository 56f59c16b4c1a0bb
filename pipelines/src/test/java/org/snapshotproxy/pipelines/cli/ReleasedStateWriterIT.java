package org.snapshotproxy.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Writes what {@link ReleasedStateIT} restores: once for a release that changed the state, and
 * never again. UPGRADING.md has the command.
 */
@EnabledIfSystemProperty(named = ReleasedStateWriterIT.RELEASE, matches = ".+")
class ReleasedStateWriterIT {
  static final String RELEASE = "fsp.released-state.write";
  private static final Path RESOURCES = Path.of("src", "test", "resources");

  @TempDir Path directory;
  private Path data;
  private TestCloud cloud;
  private String origin;

  @BeforeEach
  void start() throws Exception {
    data = Files.createDirectory(directory.resolve("endpoint"));
    cloud = TestCloud.start(config -> config.dataDirectory(data));
    origin =
        cloud.in(ReleasedState.REGION).completed(ReleasedState.VOLUME_GIB, ReleasedState.blocks());
  }

  /** A failed test closes what it began; one that succeeded has closed it to pack its files. */
  @AfterEach
  void stop() throws Exception {
    cloud.close();
  }

  private void pack(Path state, String name) throws Exception {
    cloud.close();
    new ReleasedState(state, data).pack(RESOURCES, System.getProperty(RELEASE), name);
  }

  @Test
  void middle() throws Exception {
    cloud.control().addFault("short-page:size=2");
    cloud.control().addFault("latency:op=ListSnapshotBlocks,ms=3000");
    cloud
        .control()
        .addFault("latency:op=GetSnapshotBlock,ms=600000,block=" + ReleasedState.IN_FLIGHT);
    String savepoint;
    try (ClusterProcesses cluster = ClusterProcesses.start(directory.resolve("cluster"), 2)) {
      List<String> words = new ArrayList<>(List.of("--cluster", cluster.address(), "--detached"));
      words.addAll(List.of("-D", "fsp.list.concurrency=1"));
      words.addAll(ReleasedState.command(origin));
      String job = fsp(words).succeeded().lines().get(0);
      Await.until("blocks put", () -> put() >= ReleasedState.FEWEST_PUT);
      savepoint = fsp(List.of("--cluster", cluster.address(), "stop", job)).succeeded().lastLine();
    }
    assertThat(put()).isBetween(ReleasedState.FEWEST_PUT, ReleasedState.MOST_PUT);
    pack(Path.of(savepoint.replaceFirst("^file:", "")), "middle");
  }

  @Test
  void sealing() throws Exception {
    Path runs = directory.resolve("runs");
    cloud.control().addFault("server-error:op=CompleteSnapshot");
    List<String> words = new ArrayList<>(List.of("-D", "fsp.state.dir=" + runs));
    // All of it in the one file of the metadata, which names no other then.
    words.addAll(List.of("-D", "state.storage.fs.memory-threshold=1mb"));
    words.addAll(ReleasedState.command(origin));
    try (Launched copy = Launched.start(directory, cloud.url(), words.toArray(String[]::new))) {
      Await.until(
          "an attempt to seal",
          () -> cloud.control().counters().read("CompleteSnapshot", "InternalServerException") > 0);
      copy.kill();
    }
    pack(newest(runs), "sealing");
  }

  /** Blocks put by the copy; those of the origin are not. */
  private long put() {
    return cloud.answered("PutSnapshotBlock") - ReleasedState.blocks().size();
  }

  private Invocation fsp(List<String> words) throws Exception {
    return Launched.run(directory, cloud.url(), words.toArray(String[]::new));
  }

  private static Path newest(Path runs) throws IOException {
    try (Stream<Path> files = Files.walk(runs)) {
      return files
          .filter(file -> file.endsWith("_metadata"))
          .max(Comparator.comparing(file -> file.toFile().lastModified()))
          .orElseThrow()
          .getParent();
    }
  }
}
