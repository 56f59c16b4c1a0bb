package org.snapshotproxy.emr;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.viewfs.ViewFileSystemOverloadScheme;
import org.apache.hadoop.yarn.api.records.ApplicationId;
import org.apache.hadoop.yarn.api.records.FinalApplicationStatus;
import org.apache.hadoop.yarn.api.records.NodeId;
import org.apache.hadoop.yarn.api.records.NodeLabel;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.server.MiniYARNCluster;
import org.apache.hadoop.yarn.server.resourcemanager.nodelabels.RMNodeLabelsManager;
import org.apache.hadoop.yarn.server.resourcemanager.rmapp.RMApp;

/**
 * Hadoop's own resource manager and two node managers in this process, whose containers are
 * processes of their own. One node is labelled as EMR labels core nodes. {@code s3://} is a file
 * system of Hadoop's, as it is on EMR, with a directory behind it.
 */
final class YarnCluster implements AutoCloseable {
  private static final String CORE = "CORE";
  private static final int NODES = 2;
  private static final String QUEUES = "yarn.scheduler.capacity.";

  private final MiniYARNCluster cluster;
  private final Path configuration;

  private YarnCluster(MiniYARNCluster cluster, Path configuration) {
    this.cluster = cluster;
    this.configuration = configuration;
  }

  /**
   * Starts it.
   *
   * @param directory for all that it writes
   * @param s3 a directory for each bucket
   * @param yarnSite the settings under test
   */
  static YarnCluster start(Path directory, Path s3, Map<String, String> yarnSite)
      throws IOException {
    Path configuration = Files.createDirectories(directory.resolve("hadoop-conf"));
    Configuration core = new Configuration(false);
    objectStore(core, s3);
    write(core, configuration.resolve("core-site.xml"));

    YarnConfiguration settings = new YarnConfiguration();
    core.forEach(each -> settings.set(each.getKey(), each.getValue()));
    machine(settings, directory, configuration);
    whatEmrSets(settings, directory);
    yarnSite.forEach(settings::set);
    System.setProperty("test.build.data", directory.resolve("nodes").toString());
    MiniYARNCluster cluster = new MiniYARNCluster("emr", NODES, 1, 1);
    startKnowing(configuration, cluster, settings);
    YarnCluster started = new YarnCluster(cluster, configuration);
    started.labelCore();
    write(cluster.getConfig(), configuration.resolve("yarn-site.xml"));
    return started;
  }

  /**
   * A node manager fetches what a container needs with the configuration that its threads see as a
   * resource, not with the one it was started with.
   */
  private static void startKnowing(
      Path configuration, MiniYARNCluster cluster, Configuration settings) throws IOException {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    URL[] resources = {configuration.toUri().toURL()};
    thread.setContextClassLoader(new URLClassLoader(resources, before));
    try {
      cluster.init(settings);
      cluster.start();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static void objectStore(Configuration core, Path s3) {
    core.setClass("fs.s3.impl", ViewFileSystemOverloadScheme.class, Object.class);
    core.setClass(
        "fs.viewfs.overload.scheme.target.file.impl", LocalFileSystem.class, Object.class);
    core.set(
        "fs.viewfs.mounttable." + Cli.BUCKET + ".link./fsp",
        s3.resolve(Cli.BUCKET).resolve("fsp").toUri().toString());
  }

  /** Two small nodes on a machine whose disk and swap are nobody's business. */
  private static void machine(Configuration settings, Path directory, Path configuration) {
    settings.setInt(YarnConfiguration.NM_PMEM_MB, 4096);
    settings.setInt(YarnConfiguration.RM_SCHEDULER_MINIMUM_ALLOCATION_MB, 64);
    settings.setBoolean(YarnConfiguration.NM_VMEM_CHECK_ENABLED, false);
    settings.setFloat(YarnConfiguration.NM_MAX_PER_DISK_UTILIZATION_PERCENTAGE, 100);
    settings.setStrings(
        YarnConfiguration.YARN_APPLICATION_CLASSPATH,
        configuration.toString(),
        ClassPath.jar("hadoop-client-api"),
        ClassPath.jar("hadoop-client-runtime"));
    settings.set(
        YarnConfiguration.FS_NODE_LABELS_STORE_ROOT_DIR,
        directory.resolve("labels").toUri().toString());
    settings.set(
        YarnConfiguration.NM_REMOTE_APP_LOG_DIR, directory.resolve("app-logs").toUri().toString());
  }

  /** Beside what a cluster is asked for: logs are gathered, and the one queue has all labels. */
  private static void whatEmrSets(Configuration settings, Path directory) {
    settings.setBoolean(YarnConfiguration.LOG_AGGREGATION_ENABLED, true);
    settings.set(QUEUES + "root.queues", "default");
    settings.set(QUEUES + "maximum-am-resource-percent", "1");
    for (String queue : List.of("root", "root.default")) {
      settings.set(QUEUES + queue + ".capacity", "100");
      settings.set(QUEUES + queue + ".accessible-node-labels", "*");
      settings.set(QUEUES + queue + ".accessible-node-labels." + CORE + ".capacity", "100");
    }
  }

  private void labelCore() throws IOException {
    RMNodeLabelsManager labels = cluster.getResourceManager().getRMContext().getNodeLabelManager();
    labels.addToCluserNodeLabels(List.of(NodeLabel.newInstance(CORE, false)));
    labels.replaceLabelsOnNode(Map.of(coreNode(), Set.of(CORE)));
  }

  NodeId coreNode() {
    return cluster.getNodeManager(0).getNMContext().getNodeId();
  }

  /** For {@code HADOOP_CONF_DIR}. */
  Path configuration() {
    return configuration;
  }

  /** The nodes on which an application's job managers were started, one for each attempt. */
  List<NodeId> jobManagerNodes(String application) {
    return app(application).getAppAttempts().values().stream()
        .map(attempt -> attempt.getMasterContainer().getNodeId())
        .toList();
  }

  /** How YARN says an application ended. */
  FinalApplicationStatus end(String application) {
    return app(application).getFinalApplicationStatus();
  }

  private RMApp app(String application) {
    return cluster
        .getResourceManager()
        .getRMContext()
        .getRMApps()
        .get(ApplicationId.fromString(application));
  }

  /** The processes of an application's containers that run a class of Flink's. */
  static List<ProcessHandle> processes(String application, String mainClass) {
    return ProcessHandle.current()
        .descendants()
        .filter(each -> each.info().command().orElse("").endsWith("/java"))
        .filter(each -> each.info().commandLine().orElse("").contains(mainClass))
        .filter(each -> each.info().commandLine().orElse("").contains(application))
        .toList();
  }

  private static void write(Configuration configuration, Path file) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      configuration.writeXml(out);
    }
  }

  @Override
  public void close() {
    cluster.stop();
  }
}
