package org.snapshotproxy.pipelines.cli;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A small file system in memory, for the time of a test.
 *
 * @param point where it is mounted
 */
record TemporaryMount(Path point) implements AutoCloseable {
  /** Mounts it, or skips the test. */
  static TemporaryMount tmpfs(Path in, String size) throws Exception {
    Path point = Files.createDirectory(in.resolve("tmpfs"));
    assumeTrue(
        Shell.works("mount", "-t", "tmpfs", "-o", "size=" + size, "fsp-test", point.toString()),
        "mounting needs root");
    return new TemporaryMount(point);
  }

  @Override
  public void close() throws IOException {
    try {
      Shell.run("umount", point.toString());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
