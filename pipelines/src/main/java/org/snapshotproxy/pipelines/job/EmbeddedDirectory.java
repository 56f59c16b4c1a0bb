package org.snapshotproxy.pipelines.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.flink.util.FileUtils;

/** The checkpoints and the state of one embedded run: a temporary directory that goes with it. */
final class EmbeddedDirectory implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final long POLL_MILLIS = 20;

  private final Path path;

  EmbeddedDirectory() throws IOException {
    path = Files.createTempDirectory("fsp-");
  }

  Path path() {
    return path;
  }

  /**
   * Deletes it. The mini cluster ends after its job's result is known, and deletes what it made
   * here at the same time; what is left when patience ends is left to the system's cleaning.
   */
  @Override
  public void close() {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    FileUtils.deleteDirectoryQuietly(path.toFile());
    try {
      while (Files.exists(path) && System.nanoTime() < deadline) {
        Thread.sleep(POLL_MILLIS);
        FileUtils.deleteDirectoryQuietly(path.toFile());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
