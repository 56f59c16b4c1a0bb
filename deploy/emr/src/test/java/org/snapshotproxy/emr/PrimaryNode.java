package org.snapshotproxy.emr;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What runs a step: Flink's configuration, and commands by the names that EMR's machines know. */
final class PrimaryNode {
  /** Where a test looks for what the job managers said. */
  private static final String LOGGING =
      """
      rootLogger.level = INFO
      rootLogger.appenderRef.console.ref = Console
      appender.console.name = Console
      appender.console.type = CONSOLE
      appender.console.target = SYSTEM_ERR
      appender.console.layout.type = PatternLayout
      appender.console.layout.pattern = %d %-5p %c - %m%n
      """;

  private final Path directory;
  private final Map<String, String> environment = new HashMap<>();

  /**
   * Prepares it.
   *
   * @param directory for all that it writes
   * @param flinkConf the settings under test
   * @param containers variables that containers have, in the place of an instance profile and AWS
   */
  PrimaryNode(
      Path directory,
      Path s3,
      YarnCluster yarn,
      ZooKeeper zookeeper,
      Map<String, String> flinkConf,
      Map<String, String> containers)
      throws IOException {
    this.directory = Files.createDirectories(directory.resolve("step"));
    Path conf = Files.createDirectories(directory.resolve("flink-conf"));
    Path lib = directory.resolve("flink-lib");
    ClassPath.linkFlink(lib);
    Map<String, String> settings = new TreeMap<>(flinkConf);
    Map<String, String> all = new HashMap<>(containers);
    all.put("JAVA_HOME", System.getProperty("java.home"));
    all.forEach(
        (name, value) -> {
          settings.put("containerized.master.env." + name, value);
          settings.put("containerized.taskmanager.env." + name, value);
        });
    StringBuilder yaml = new StringBuilder();
    settings.forEach((key, value) -> yaml.append(key + ": " + value + "\n"));
    Files.writeString(conf.resolve("config.yaml"), yaml);
    Files.writeString(conf.resolve("log4j.properties"), LOGGING);

    environment.put("PATH", Cli.HERE.resolve("src/test/bin") + ":" + System.getenv("PATH"));
    environment.put("HADOOP_CONF_DIR", yarn.configuration().toString());
    environment.put("FLINK_CONF_DIR", conf.toString());
    environment.put("FLINK_LIB_DIR", lib.toString());
    environment.put("FSP_TEST_S3", s3.toString());
    environment.put("FSP_TEST_AWS", this.directory.toString());
    environment.put("FSP_TEST_PRIMARY", zookeeper.address());
    environment.put("FSP_TEST_JAVA", System.getProperty("java.home") + "/bin/java");
    environment.put(
        "FSP_TEST_CLASSPATH",
        String.join(
            ":",
            conf.toString(),
            yarn.configuration().toString(),
            lib + "/*",
            ClassPath.jar("hadoop-client-api"),
            ClassPath.jar("hadoop-client-runtime"),
            // Where the command line for logs finds the rest of its classes.
            ClassPath.jar("hadoop-client-minicluster")));
  }

  /** What {@code command-runner.jar} does with a step's arguments. */
  Program step(List<String> arguments) throws IOException {
    return Program.start(directory, environment, arguments);
  }
}
