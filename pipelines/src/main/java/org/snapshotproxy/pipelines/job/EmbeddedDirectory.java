package org.snapshotproxy.pipelines.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** The checkpoints and the state of one embedded run: a temporary directory that goes with it. */
final class EmbeddedDirectory implements AutoCloseable {
  private final Path path;

  EmbeddedDirectory() throws IOException {
    path = Files.createTempDirectory("fsp-");
  }

  Path path() {
    return path;
  }

  @Override
  public void close() throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
