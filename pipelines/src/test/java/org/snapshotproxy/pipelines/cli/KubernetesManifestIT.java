package org.snapshotproxy.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.endpoint.store.SyntheticSpec;

/**
 * The jobs of deploy/kubernetes, run as they stand there by Flink's entry point for applications:
 * options, memory, parallelism, entry class, arguments. Replaced are only the names of what cannot
 * be here: the snapshots, the buckets, the device, and Kubernetes as the place of high
 * availability, which is ZooKeeper. Added are the addresses of the local EBS and S3.
 */
class KubernetesManifestIT {
  private static final String DEPLOYMENT = "FlinkDeployment";
  private static final String SNAPSHOT = "snap-0123456789abcdef0";
  private static final String ARCHIVES = "example-archives/web";
  private static final String DEVICE = "/dev/fsp";

  @TempDir Path directory;
  private TestCloud cloud;
  private TestBucket bucket;
  private Witness virginia;
  private Witness ireland;

  @BeforeEach
  void start() throws Exception {
    cloud = TestCloud.start();
    bucket = new TestBucket();
    virginia = cloud.in("us-east-1");
    ireland = cloud.in("eu-west-1");
  }

  @AfterEach
  void stop() throws Exception {
    bucket.close();
    cloud.close();
  }

  /** What the operator does when a deployment with upgradeMode savepoint is changed. */
  @Test
  void aCopyGoesOnFromTheSavepointOfAnUpgrade() throws Exception {
    String origin =
        cloud.control().synthetic("us-east-1", 2, SyntheticSpec.full(5, 0.12).withRun(1));
    int blocks = virginia.listed(origin).size();
    cloud.control().addFault("short-page:size=20");
    cloud.control().addFault("latency:op=ListSnapshotBlocks,ms=400");
    Manifest copy = Manifest.of("copy", DEPLOYMENT);
    String[] arguments = copy.arguments(Map.of(SNAPSHOT, origin));
    List<String> options = options(copy);
    options.add("--ha");
    add(options, "high-availability.zookeeper.quorum", ClusterProcesses.zooKeeper());
    // Until the operator has seen the end.
    add(options, "execution.shutdown-on-application-finish", "false");
    String savepoint;
    try (ClusterProcesses first = cluster("a", options)) {
      first.application(arguments);
      Await.until(
          "blocks put", () -> cloud.answered("PutSnapshotBlock") >= Math.min(100, blocks / 4));
      ClusterRest rest = new ClusterRest(first.address());
      savepoint = rest.stopWithSavepoint(rest.onlyJob().required("jid").asText());
      assertThat(savepoint).startsWith("s3://" + bucket.name() + "/fsp/savepoints/");
      assertThat(bucket.keys("fsp/ha/")).isNotEmpty();
      assertThat(bucket.keys("fsp/checkpoints/")).isNotEmpty();
    }
    long before = cloud.answered("PutSnapshotBlock");
    assertThat(before).isLessThan(blocks);
    cloud.control().clearFaults();
    add(options, "execution.savepoint.path", savepoint);
    try (ClusterProcesses second = cluster("b", options)) {
      second.application(arguments);
      ClusterRest rest = new ClusterRest(second.address());
      Await.until(
          "the end of the job",
          () -> Set.of("FINISHED", "FAILED").contains(rest.onlyJob().path("state").asText()));
      assertThat(rest.onlyJob().get("state").asText()).isEqualTo("FINISHED");
    }

    assertThat(ireland.snapshots()).hasSize(1);
    assertIsWhole(origin, ireland, ireland.snapshots().iterator().next());
    // What was in flight at the savepoint, at most.
    assertThat(cloud.answered("PutSnapshotBlock")).isLessThan(blocks + before);
  }

  @Test
  void theOtherRunsMoveWhatTheySay() throws Exception {
    Lineage lineage = Lineage.sparse(cloud, virginia, 1);
    Manifest sync = Manifest.of("sync", DEPLOYMENT);
    try (ClusterProcesses cluster = cluster("a", options(sync))) {
      String base = ireland.completed(1, lineage.firstBlocks());
      run(
          cluster,
          "sync",
          Map.of(
              SNAPSHOT,
              lineage.first(),
              "snap-0123456789abcdef1",
              lineage.second(),
              "snap-0123456789abcdef2",
              base));
      assertIsWhole(lineage.second(), ireland, other(ireland, base));

      Map<String, String> archive =
          Map.of(SNAPSHOT, lineage.first(), ARCHIVES, bucket.name() + "/archives/web");
      run(cluster, "movetos3", archive);
      run(cluster, "getfroms3", archive);
      Witness oregon = cloud.in("us-west-2");
      assertIsWhole(lineage.first(), oregon, oregon.snapshots().iterator().next());

      try (LoopDevice device = LoopDevice.fullOfGarbage(directory, Blocks.GIB)) {
        run(
            cluster,
            "download",
            Map.of(SNAPSHOT, lineage.first(), DEVICE, device.path().toString()));
        Shell.assertSameBytes(restored(virginia, lineage.first()), device.path());
      }
      try (LoopDevice device = LoopDevice.fullOfGarbage(directory, 64 * Blocks.SIZE)) {
        Set<String> known = virginia.snapshots();
        run(cluster, "upload", Map.of(DEVICE, device.path().toString()));
        String made = other(virginia, known.toArray(String[]::new));
        Path expected = Files.copy(device.backing(), directory.resolve("uploaded"));
        try (RandomAccessFile file = new RandomAccessFile(expected.toFile(), "rw")) {
          file.setLength(Blocks.GIB);
        }
        Shell.assertSameBytes(expected, restored(virginia, made));
      }
    }
  }

  @Test
  void theSessionsJobCopies() throws Exception {
    String origin = virginia.completed(1, Map.of(0, Witness.block(1), 70, Witness.block(2)));
    Manifest job = Manifest.of("session", "FlinkSessionJob");
    try (ClusterProcesses session =
        ClusterProcesses.start(
            List.of(),
            directory.resolve("a"),
            1,
            environment(),
            options(Manifest.of("session", DEPLOYMENT)).toArray(String[]::new))) {
      Map<String, Object> request =
          Map.of(
              "entryClass",
              job.entryClass(),
              "programArgsList",
              job.arguments(Map.of(SNAPSHOT, origin)),
              "parallelism",
              job.parallelism());
      new ClusterRest(session.address())
          .run(JobJarIT.JAR, new ObjectMapper().writeValueAsString(request));
      Await.until("a snapshot", () -> !ireland.snapshots().isEmpty());
      String made = ireland.snapshots().iterator().next();
      Await.until(
          "the completed copy", () -> ireland.describe(made).stateAsString().equals("completed"));
      assertIsWhole(origin, ireland, made);
    }
  }

  /** A run of a cluster that all of them can share, for they differ in their arguments alone. */
  private void run(ClusterProcesses cluster, String name, Map<String, String> replaced)
      throws Exception {
    Manifest manifest = Manifest.of(name, DEPLOYMENT);
    assertThat(manifest.entryClass())
        .isEqualTo(Manifest.of("session", "FlinkSessionJob").entryClass());
    assertThat(options(manifest)).isEqualTo(options(Manifest.of("sync", DEPLOYMENT)));
    cluster.application(manifest.arguments(replaced));
    cluster.awaitEnd("jobmanager");
    assertThat(cluster.log("jobmanager"))
        .containsPattern("Job fsp " + name + " .* switched from state RUNNING to FINISHED");
  }

  private ClusterProcesses cluster(String name, List<String> options) throws Exception {
    return ClusterProcesses.of(
        directory.resolve(name), 1, environment(), options.toArray(String[]::new));
  }

  private Map<String, String> environment() throws Exception {
    return Map.of(
        "AWS_ENDPOINT_URL",
        cloud.url(),
        "AWS_ENDPOINT_URL_S3",
        TestBucket.url(),
        // The processes live for seconds.
        "FSP_CLUSTER_JAVA_OPTS",
        "-XX:TieredStopAtLevel=1");
  }

  private List<String> options(Manifest manifest) throws Exception {
    List<String> options = new ArrayList<>(manifest.options(bucket.name()));
    int type = options.indexOf("high-availability.type=kubernetes");
    options.subList(type - 1, type + 1).clear();
    add(options, "s3.endpoint", TestBucket.url());
    add(options, "s3.path-style-access", "true");
    add(options, "s3.region", "us-east-1");
    return options;
  }

  private static void add(List<String> options, String key, String value) {
    options.add("-D");
    options.add(key + "=" + value);
  }

  private static String other(Witness region, String... known) {
    Set<String> left = new java.util.HashSet<>(region.snapshots());
    left.removeAll(Set.of(known));
    assertThat(left).hasSize(1);
    return left.iterator().next();
  }

  private void assertIsWhole(String origin, Witness region, String made) throws Exception {
    assertThat(region.describe(made).stateAsString()).isEqualTo("completed");
    Shell.assertSameBytes(restored(virginia, origin), restored(region, made));
  }

  /** A file of its own, for what a file held before stays where a snapshot has no block. */
  private Path restored(Witness region, String snapshot) throws Exception {
    return region.restore(snapshot, directory.resolve(snapshot));
  }
}
