package org.snapshotproxy.pipelines.cli;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A real block device, for the time of a test.
 *
 * @param path of the device
 * @param backing the file that holds its bytes
 */
record LoopDevice(Path path, Path backing) implements AutoCloseable {
  /** Makes a device with garbage all over, or skips the test. */
  static LoopDevice fullOfGarbage(Path directory, long bytes) throws Exception {
    assumeTrue(Shell.works("losetup", "--find"), "loop devices need root and the loop driver");
    Path backing = directory.resolve("backing");
    byte[] garbage = Witness.block(0xEE);
    try (var file = Files.newOutputStream(backing)) {
      for (long written = 0; written < bytes; written += garbage.length) {
        file.write(garbage);
      }
    }
    return new LoopDevice(
        Path.of(Shell.run("losetup", "--find", "--show", backing.toString())), backing);
  }

  @Override
  public void close() throws IOException {
    try {
      Shell.run("losetup", "--detach", path.toString());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    Files.delete(backing);
  }
}
