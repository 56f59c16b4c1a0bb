package org.snapshotproxy.pipelines.cli;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A cluster as deploy/standalone/cluster starts it: a process for each of its parts. */
final class ClusterProcesses implements AutoCloseable {
  private static final Path SCRIPT =
      Path.of("..", "deploy", "standalone", "cluster").toAbsolutePath().normalize();

  private final Path directory;
  private final int rest = freePort();

  /**
   * @param directory of the cluster; two of one directory are one cluster that was started again
   */
  private ClusterProcesses(Path directory) throws IOException {
    this.directory = directory;
  }

  /** Starts a cluster with so many task managers of one slot each. */
  static ClusterProcesses start(Path directory, int taskManagers, String... options)
      throws IOException, InterruptedException {
    ClusterProcesses cluster = new ClusterProcesses(directory);
    List<String> words = new ArrayList<>(List.of("start", "-n", Integer.toString(taskManagers)));
    words.addAll(List.of("-D", "rest.port=" + cluster.rest));
    words.addAll(List.of("-D", "jobmanager.rpc.port=" + freePort()));
    words.addAll(List.of("-D", "taskmanager.numberOfTaskSlots=1"));
    words.addAll(List.of("-D", "parallelism.default=" + taskManagers));
    // Losses are noticed soon, also where no connection breaks.
    words.addAll(List.of("-D", "heartbeat.interval=1000", "-D", "heartbeat.timeout=8000"));
    words.addAll(Arrays.asList(options));
    try {
      cluster.run(words.toArray(String[]::new));
    } catch (AssertionError e) {
      cluster.close();
      throw e;
    }
    return cluster;
  }

  String address() {
    return "localhost:" + rest;
  }

  /** Runs the script; fails unless it succeeds. */
  String run(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(SCRIPT.toString()));
    command.addAll(List.of(words));
    Path said = Files.createTempFile(directory.getParent(), "cluster", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile());
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("AWS_"));
    environment.put("FSP_CLUSTER_DIR", directory.toString());
    environment.put("FSP_CLUSTER_PATIENCE", "240");
    environment.put("AWS_ACCESS_KEY_ID", TestCloud.KEY);
    environment.put("AWS_SECRET_ACCESS_KEY", TestCloud.SECRET);
    Process process = builder.start();
    if (!process.waitFor(300, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new AssertionError(command + " failed: " + Files.readString(said));
    }
    return Files.readString(said);
  }

  /** The names of the processes that were started and not stopped, sorted. */
  List<String> processes() throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("pid"))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  /** Ends a process with no chance to say good-bye. */
  void kill(String name) throws Exception {
    String pid = Files.readAllLines(directory.resolve("pid").resolve(name)).get(0);
    Shell.run("kill", "-KILL", pid);
    Await.until(
        name + " to be gone",
        () -> !ProcessHandle.of(Long.parseLong(pid)).map(ProcessHandle::isAlive).orElse(false));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() throws IOException {
    try {
      run("stop");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
