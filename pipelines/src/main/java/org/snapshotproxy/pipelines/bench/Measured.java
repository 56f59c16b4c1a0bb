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

  /** {@code tool ARGUMENT…} or {@code plain ARGUMENT…}. */
  public static void main(String[] arguments) throws Exception {
    String[] rest = Arrays.copyOfRange(arguments, 1, arguments.length);
    int code = 0;
    if ("plain".equals(arguments[0])) {
      PlainLoop.run(rest);
    } else {
      code = FspCommand.run(rest, System.out, System.err);
    }
    System.err.println(usage().line());
    Runtime.getRuntime().exit(code);
  }

  private static Usage usage() throws IOException {
    long started = ManagementFactory.getRuntimeMXBean().getStartTime();
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return new Usage(
        (System.currentTimeMillis() - started) / 1e3, system.getProcessCpuTime() / 1e9, peakMiB());
  }

  private static long peakMiB() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return -1;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) >> 10)
        .findFirst()
        .orElse(-1);
  }
}
