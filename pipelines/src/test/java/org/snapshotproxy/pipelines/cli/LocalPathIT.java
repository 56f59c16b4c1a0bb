package org.snapshotproxy.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snapshotproxy.connectors.base.Blocks;

/**
 * A device of this machine on a cluster whose task managers are not all here. The other machine is
 * one by its host's name and its kernel's boot id, which its processes see differently.
 */
class LocalPathIT {
  @TempDir Path directory;
  private TestCloud cloud;
  private Witness virginia;

  @BeforeEach
  void start() throws Exception {
    cloud = TestCloud.start();
    virginia = cloud.in("us-east-1");
  }

  @AfterEach
  void stop() throws Exception {
    cloud.close();
  }

  @Test
  void aDeviceIsWrittenWhereItIsAndNowhereElse() throws Exception {
    String origin = virginia.completed(1, Map.of(0, Witness.block(1), 2047, Witness.block(2)));
    try (LoopDevice device = LoopDevice.fullOfGarbage(directory, Blocks.GIB);
        ClusterProcesses elsewhere = startElsewhere()) {
      Invocation refused =
          fsp(elsewhere, "-o", "us-east-1", "download", origin, device.path().toString());
      assertThat(refused.code()).isEqualTo(1);
      assertThat(refused.err())
          .contains(device.path() + " on elsewhere is not the one on ")
          .contains("-D fsp.task-managers=NAME");
      assertIsGarbage(device.path());

      try (ClusterProcesses here =
          elsewhere.taskManager(
              directory.resolve("here"),
              "-D",
              "external-resources=disk",
              "-D",
              "external-resource.disk.amount=1")) {
        fsp(
                here,
                "-D",
                "fsp.task-managers=disk",
                "-o",
                "us-east-1",
                "download",
                origin,
                device.path().toString())
            .succeeded();
      }
      Shell.assertSameBytes(virginia.restore(origin, directory.resolve("expected")), device.path());
    }
  }

  private static void assertIsGarbage(Path device) throws IOException {
    byte[] garbage = Witness.block(0xEE);
    try (InputStream open = Files.newInputStream(device)) {
      for (int block = 0; block < Blocks.GIB / Blocks.SIZE; block++) {
        assertThat(open.readNBytes(Blocks.SIZE)).as("block %d", block).isEqualTo(garbage);
      }
    }
  }

  private ClusterProcesses startElsewhere() throws Exception {
    Path bootId = Files.writeString(directory.resolve("boot-id"), "of another machine\n");
    Path hosts = Files.writeString(directory.resolve("hosts"), "127.0.0.1 localhost elsewhere\n");
    List<String> elsewhere =
        List.of(
            "unshare",
            "--mount",
            "--uts",
            "sh",
            "-c",
            "hostname elsewhere && mount --bind \"$0\" /proc/sys/kernel/random/boot_id"
                + " && mount --bind \"$1\" /etc/hosts && shift && exec \"$@\"",
            bootId.toString(),
            hosts.toString());
    List<String> nothing = new ArrayList<>(elsewhere);
    nothing.add("true");
    assumeTrue(Shell.works(nothing.toArray(String[]::new)), "another machine's view needs root");
    return ClusterProcesses.start(elsewhere, directory.resolve("elsewhere"), 1, Map.of());
  }

  private Invocation fsp(ClusterProcesses cluster, String... arguments) throws Exception {
    String[] all = new String[arguments.length + 2];
    all[0] = "--cluster";
    all[1] = cluster.address();
    System.arraycopy(arguments, 0, all, 2, arguments.length);
    return Launched.run(directory, cloud.url(), all);
  }
}
