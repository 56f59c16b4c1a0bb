package org.snapshotproxy.pipelines.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.snapshotproxy.pipelines.cli.FspCommand;

/**
 * The entry point of a benchmark's child process: runs the tool or the plain loop, then tells on
 * standard error what it used.
 */
public final class Measured {
  private Measured() {}

  /**
   * {@code tool ARGUMENT…}, {@code plain ARGUMENT…}, {@code compress IMAGE DIRECTORY LEVEL} or
   * {@code decompress DIRECTORY IMAGE}.
   */
  public static void main(String[] arguments) throws Exception {
    String[] rest = Arrays.copyOfRange(arguments, 1, arguments.length);
    int code = 0;
    switch (arguments[0]) {
      case "plain" -> PlainLoop.run(rest);
      case "compress" ->
          PlainCompression.compress(Path.of(rest[0]), Path.of(rest[1]), Integer.parseInt(rest[2]));
      case "decompress" -> PlainCompression.decompress(Path.of(rest[0]), Path.of(rest[1]));
      default -> code = FspCommand.run(rest, System.out, System.err);
    }
    System.err.println(usage().line());
    Runtime.getRuntime().exit(code);
  }

  private static Usage usage() throws IOException {
    long started = ManagementFactory.getRuntimeMXBean().getStartTime();
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return new Usage(
        (System.currentTimeMillis() - started) / 1e3,
        system.getProcessCpuTime() / 1e9,
        peakMiB(),
        readMiB());
  }

  private static long peakMiB() throws IOException {
    return proc("/proc/self/status", "VmHWM:", 10);
  }

  private static long readMiB() throws IOException {
    return proc("/proc/self/io", "rchar:", 20);
  }

  /** A number of Linux's about this process, shifted right by so many bits. */
  private static long proc(String file, String name, int shift) throws IOException {
    if (!Files.exists(Path.of(file))) {
      return -1;
    }
    return Files.readAllLines(Path.of(file)).stream()
        .filter(line -> line.startsWith(name))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) >> shift)
        .findFirst()
        .orElse(-1);
  }
}
