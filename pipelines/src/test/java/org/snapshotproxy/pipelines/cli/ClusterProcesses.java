package org.snapshotproxy.pipelines.cli;

import java.io.IOException;
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
  private final List<String> machine;
  private final int rest;
  private final Map<String, String> variables;
  private final List<String> options = new ArrayList<>();

  /**
   * @param machine words before a command that run it as if on another machine
   * @param directory of the cluster; two of one directory are one cluster that was started again
   * @param variables of the environment, the only ones of AWS's beside the credentials
   */
  private ClusterProcesses(
      List<String> machine, Path directory, int rest, Map<String, String> variables) {
    this.machine = machine;
    this.directory = directory;
    this.rest = rest;
    this.variables = variables;
  }

  /** Starts a cluster with so many task managers of one slot each. */
  static ClusterProcesses start(Path directory, int taskManagers, String... options)
      throws IOException, InterruptedException {
    return start(List.of(), directory, taskManagers, Map.of(), options);
  }

  /** The same on another machine, or what its processes take for one. */
  static ClusterProcesses start(
      List<String> machine,
      Path directory,
      int taskManagers,
      Map<String, String> variables,
      String... options)
      throws IOException, InterruptedException {
    ClusterProcesses cluster = of(machine, directory, taskManagers, variables, options);
    cluster.runOrClose("start");
    return cluster;
  }

  /** A task manager on this machine for the same job manager. */
  ClusterProcesses taskManager(Path other, String... more)
      throws IOException, InterruptedException {
    ClusterProcesses cluster = new ClusterProcesses(List.of(), other, rest, variables);
    cluster.options.addAll(options);
    cluster.options.addAll(Arrays.asList(more));
    cluster.runOrClose("taskmanager");
    return cluster;
  }

  private void runOrClose(String command) throws IOException, InterruptedException {
    try {
      run(words(command).toArray(String[]::new));
    } catch (AssertionError e) {
      close();
      throw e;
    }
  }

  /** A cluster of which nothing runs yet, for {@link #application}. */
  static ClusterProcesses of(Path directory, int taskManagers, String... options)
      throws IOException {
    return of(directory, taskManagers, Map.of(), options);
  }

  /** The same with more variables in the environment of its processes. */
  static ClusterProcesses of(
      Path directory, int taskManagers, Map<String, String> variables, String... options)
      throws IOException {
    return of(List.of(), directory, taskManagers, variables, options);
  }

  private static ClusterProcesses of(
      List<String> machine,
      Path directory,
      int taskManagers,
      Map<String, String> variables,
      String... options)
      throws IOException {
    ClusterProcesses cluster = new ClusterProcesses(machine, directory, Ports.one(), variables);
    List<String> words = cluster.options;
    words.addAll(List.of("-n", Integer.toString(taskManagers)));
    words.addAll(List.of("-D", "rest.port=" + cluster.rest));
    words.addAll(List.of("-D", "jobmanager.rpc.port=" + Ports.one()));
    words.addAll(List.of("-D", "taskmanager.numberOfTaskSlots=1"));
    words.addAll(List.of("-D", "parallelism.default=" + taskManagers));
    // Losses are noticed soon, also where no connection breaks.
    words.addAll(List.of("-D", "heartbeat.interval=1000", "-D", "heartbeat.timeout=8000"));
    words.addAll(Arrays.asList(options));
    return cluster;
  }

  private List<String> words(String command) {
    List<String> words = new ArrayList<>(List.of(command));
    words.addAll(options);
    return words;
  }

  /** Runs one command inside a job manager; what runs of its cluster already stays. */
  void application(String... arguments) throws IOException, InterruptedException {
    List<String> words = words("application");
    words.add("--");
    words.addAll(Arrays.asList(arguments));
    run(words.toArray(String[]::new));
  }

  /** Waits until a process has ended by itself. */
  void awaitEnd(String name) throws Exception {
    String pid = Files.readAllLines(directory.resolve("pid").resolve(name)).get(0);
    Await.until(name + " to end", () -> !isAlive(pid));
  }

  /** All that a process, and those of its name before it, have said. */
  String log(String name) throws IOException {
    return Files.readString(directory.resolve("log").resolve(name + ".log"));
  }

  /** Where a ZooKeeper of a cluster is to be; it takes the two ports after its own as well. */
  static String zooKeeper() {
    return "localhost:" + Ports.first(3);
  }

  private static boolean isAlive(String pid) {
    return ProcessHandle.of(Long.parseLong(pid)).map(ProcessHandle::isAlive).orElse(false);
  }

  /** The directory of its configuration. */
  Path configuration() {
    return directory.resolve("conf");
  }

  String address() {
    return "localhost:" + rest;
  }

  /** Runs the script; fails unless it succeeds. */
  String run(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(machine);
    command.add(SCRIPT.toString());
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
    environment.putAll(variables);
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
    Await.until(name + " to be gone", () -> !isAlive(pid));
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
