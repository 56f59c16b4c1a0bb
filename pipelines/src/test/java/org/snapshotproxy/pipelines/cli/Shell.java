package org.snapshotproxy.pipelines.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The system's own tools, as independent witnesses. */
final class Shell {
  private Shell() {}

  /** Runs a command and returns what it printed; fails on any exit code but 0. */
  static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException(List.of(command) + " failed: " + output);
    }
    return output.strip();
  }

  /** Whether a command can be run here with success. */
  static boolean works(String... command) throws InterruptedException {
    try {
      run(command);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Bytes that a file takes on its disk. */
  static long allocatedBytes(Path file) throws IOException, InterruptedException {
    return Long.parseLong(run("stat", "-c", "%b", file.toString())) * 512;
  }

  /** Fails with the first difference of two files or devices, their lengths included. */
  static void assertSameBytes(Path expected, Path actual) {
    try {
      DataRanges.assertSameBytes(expected, actual);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
