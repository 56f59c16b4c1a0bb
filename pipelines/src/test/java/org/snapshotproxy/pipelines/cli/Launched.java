package org.snapshotproxy.pipelines.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.client.cli.CliFrontend;
import org.snapshotproxy.pipelines.Fsp;

/** A command started as a user starts it: a process of its own. */
final class Launched implements AutoCloseable {
  /** Tests run in the module's directory; the launcher stands above it. */
  private static final Path LAUNCHER = Path.of("..", "fsp").toAbsolutePath().normalize();

  private static final int PATIENCE_SECONDS = 240;

  private final Process process;
  private final Path out;
  private final Path err;

  private Launched(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /**
   * Starts a command.
   *
   * @param directory for what it prints
   * @param endpoint for {@code AWS_ENDPOINT_URL}, or empty
   */
  static Launched start(Path directory, String endpoint, String... arguments) throws IOException {
    Map<String, String> environment =
        endpoint.isEmpty() ? Map.of() : Map.of("AWS_ENDPOINT_URL", endpoint);
    return start(directory, environment, arguments);
  }

  /**
   * The same with other variables.
   *
   * @param aws variables of the environment, the only ones of AWS's beside the credentials
   */
  static Launched start(Path directory, Map<String, String> aws, String... arguments)
      throws IOException {
    return start(directory, aws, List.of(LAUNCHER.toString()), arguments);
  }

  /**
   * Starts a command on this process's own class path, where nothing has to be packaged.
   *
   * @param aws variables of the environment, the only ones of AWS's beside the credentials
   */
  static Launched unpackaged(Path directory, Map<String, String> aws, String... arguments)
      throws IOException {
    List<String> java = java();
    // It lives for a moment.
    java.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    java.addAll(List.of("-Dfsp.launcher=true", "-cp", System.getProperty("java.class.path")));
    java.add(Fsp.class.getName());
    return start(directory, aws, java, arguments);
  }

  /**
   * Starts Flink's own command line, as {@code bin/flink} of a distribution does, with the job jar.
   *
   * @param cluster whose configuration it reads
   * @param options of {@code flink run}
   */
  static Launched flinkRun(
      Path directory,
      String endpoint,
      ClusterProcesses cluster,
      List<String> options,
      String... arguments)
      throws IOException {
    List<String> flink = java();
    flink.addAll(List.of("-cp", JobJarIT.JAR.resolveSibling("lib") + "/*"));
    flink.addAll(List.of(CliFrontend.class.getName(), "run"));
    flink.addAll(options);
    flink.add(JobJarIT.JAR.toString());
    Map<String, String> environment =
        Map.of("AWS_ENDPOINT_URL", endpoint, "FLINK_CONF_DIR", cluster.configuration().toString());
    return start(directory, environment, flink, arguments);
  }

  private static List<String> java() {
    List<String> java = new ArrayList<>();
    java.add(ProcessHandle.current().info().command().orElse("java"));
    for (String opened : List.of("java.lang", "java.util", "java.net")) {
      java.add("--add-opens=java.base/" + opened + "=ALL-UNNAMED");
    }
    return java;
  }

  private static Launched start(
      Path directory, Map<String, String> aws, List<String> program, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(program);
    command.addAll(List.of(arguments));
    Path out = Files.createTempFile(directory, "out", ".txt");
    Path err = Files.createTempFile(directory, "err", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("AWS_"));
    environment.put("AWS_ACCESS_KEY_ID", TestCloud.KEY);
    environment.put("AWS_SECRET_ACCESS_KEY", TestCloud.SECRET);
    environment.putAll(aws);
    return new Launched(builder.start(), out, err);
  }

  /** Runs a command to its end. */
  static Invocation run(Path directory, String endpoint, String... arguments) throws Exception {
    try (Launched command = start(directory, endpoint, arguments)) {
      return command.end();
    }
  }

  /** Whether it has ended within so many milliseconds. */
  boolean endsWithin(long millis) throws InterruptedException {
    return process.waitFor(millis, TimeUnit.MILLISECONDS);
  }

  /** Waits for its end. */
  Invocation end() throws Exception {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("still running; it said: " + Files.readString(err));
    }
    return new Invocation(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  /** Waits for the first line on standard output. */
  String firstLine() throws Exception {
    Await.until(
        "a line on standard output of a live process",
        () -> !process.isAlive() || Files.readString(out).contains("\n"));
    return Files.readAllLines(out).stream()
        .findFirst()
        .orElseThrow(() -> new AssertionError("it ended without a line"));
  }

  /** What it has said on standard error so far. */
  String said() throws IOException {
    return Files.readString(err);
  }

  /** What Ctrl-C does. */
  void interrupt() throws Exception {
    Shell.run("kill", "-INT", Long.toString(process.pid()));
  }

  /** What nobody can handle. */
  void kill() throws Exception {
    Shell.run("kill", "-KILL", Long.toString(process.pid()));
    process.waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
