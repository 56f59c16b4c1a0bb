package org.snapshotproxy.pipelines.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.pipelines.Fsp;

/** Processes with this one's Java and class path. */
final class Child {
  /** What Flink's own scripts open, as the launcher does. */
  private static final List<String> OPENS =
      List.of(
          "--add-opens=java.base/java.lang=ALL-UNNAMED",
          "--add-opens=java.base/java.util=ALL-UNNAMED",
          "--add-opens=java.base/java.net=ALL-UNNAMED");

  private Child() {}

  /** Runs one measured command to its end. */
  static Usage run(List<String> jvm, String url, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = command(jvm, Measured.class, arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment(url));
    Process process = builder.start();
    Usage usage = null;
    List<String> said = new ArrayList<>();
    try (BufferedReader lines = reader(process)) {
      String line;
      while ((line = lines.readLine()) != null) {
        said.add(line);
        if (Usage.isLine(line)) {
          usage = Usage.parse(line);
        }
      }
    }
    if (process.waitFor() != 0 || usage == null) {
      throw new FspException(
          "The benchmark's child '"
              + String.join(" ", arguments)
              + "' failed: "
              + String.join("\n", said));
    }
    return usage;
  }

  /** A local endpoint in a process of its own. */
  static final class Endpoint implements AutoCloseable {
    private final Process process;
    private final String url;

    Endpoint(String... flags) throws IOException {
      List<String> arguments = new ArrayList<>(List.of("endpoint", "--port", "0"));
      arguments.addAll(List.of(flags));
      process =
          new ProcessBuilder(
                  command(List.of("-Xmx1g"), Fsp.class, arguments.toArray(String[]::new)))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      String line = reader(process).readLine();
      if (line == null) {
        throw new FspException("The benchmark's endpoint did not start.");
      }
      url = line.substring(line.indexOf("http"));
    }

    String url() {
      return url;
    }

    @Override
    public void close() {
      process.destroy();
      try {
        process.waitFor(10, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static BufferedReader reader(Process process) {
    return new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  private static List<String> command(List<String> jvm, Class<?> main, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(OPENS);
    command.addAll(jvm);
    // The launcher's class archive, for both sides of a comparison.
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> option.startsWith("-XX:SharedArchiveFile=") || option.startsWith("-Xlog"))
        .forEach(command::add);
    command.add("-Dfsp.launcher=true");
    command.add("-Dfsp.home=" + System.getProperty("fsp.home", "."));
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(main.getName());
    command.addAll(List.of(arguments));
    return command;
  }

  private static Map<String, String> environment(String url) {
    return Map.of(
        "AWS_ENDPOINT_URL", url,
        "AWS_ACCESS_KEY_ID", "benchmark",
        "AWS_SECRET_ACCESS_KEY", "benchmark",
        "AWS_REGION", "us-east-1");
  }
}
