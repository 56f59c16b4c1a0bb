package org.snapshotproxy.connectors.device;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A real block device over a file, for the time of a test.
 *
 * @param device its path
 * @param backing the file that holds its bytes
 */
record LoopDevice(Path device, Path backing) implements AutoCloseable {
  /** Makes a device full of 0xEE, or skips the test. */
  static LoopDevice dirty(Path in, long bytes, String... options) throws Exception {
    assumeTrue(Shell.works("losetup", "--find"), "loop devices need root and the loop driver");
    Path backing = in.resolve("backing");
    byte[] dirt = new byte[(int) bytes];
    Arrays.fill(dirt, (byte) 0xEE);
    Files.write(backing, dirt);
    String[] command =
        Arrays.copyOf(new String[] {"losetup", "--find", "--show"}, 4 + options.length);
    System.arraycopy(options, 0, command, 3, options.length);
    command[command.length - 1] = backing.toString();
    return new LoopDevice(Path.of(Shell.run(command)), backing);
  }

  @Override
  public void close() throws IOException {
    try {
      Shell.run("losetup", "--detach", device.toString());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
