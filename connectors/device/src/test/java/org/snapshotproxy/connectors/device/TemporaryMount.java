package org.snapshotproxy.connectors.device;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Something mounted for the time of a test.
 *
 * @param point where
 */
record TemporaryMount(Path point) implements AutoCloseable {
  /** Mounts an empty file system in memory, or skips the test. */
  static TemporaryMount tmpfs(Path in, String size) throws IOException {
    Path point = Files.createDirectory(in.resolve("tmpfs"));
    assumeTrue(
        Shell.works("mount", "-t", "tmpfs", "-o", "size=" + size, "fsp-test", point.toString()),
        "mounting needs root");
    return new TemporaryMount(point);
  }

  /** Mounts a device, or a file over a file with {@code --bind}. */
  static TemporaryMount of(Path point, String... options) throws Exception {
    String[] command = new String[options.length + 2];
    command[0] = "mount";
    System.arraycopy(options, 0, command, 1, options.length);
    command[options.length + 1] = point.toString();
    Shell.run(command);
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
