package org.snapshotproxy.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snapshotproxy.connectors.base.Blocks;

/** A disk that takes a fraction of what the origin gives, and a task manager lost meanwhile. */
@Tag("either-line")
class SlowDiskIT {
  private static final long BYTES_PER_SECOND = 48L << 20;

  /** The kernel's own brake, of the control groups' first version, for every process here. */
  private static final Path WRITES =
      Path.of("/sys/fs/cgroup/blkio/blkio.throttle.write_bps_device");

  private static final Path SLOWED =
      Path.of("/sys/fs/cgroup/blkio/blkio.throttle.io_service_bytes");

  @TempDir Path directory;

  @Test
  void aSlowDiskIsFilledWholeThoughATaskManagerIsLost() throws Exception {
    assumeTrue(Files.isWritable(WRITES), "slowing a device down needs root and blkio.throttle");
    Map<Integer, byte[]> blocks = new TreeMap<>();
    for (int block = 0; block < 2048; block += 12) {
      blocks.put(block, Witness.block(block % 200 + 1));
    }
    try (TestCloud cloud = TestCloud.start();
        LoopDevice device = LoopDevice.fullOfGarbage(directory, Blocks.GIB);
        ClusterProcesses cluster = ClusterProcesses.start(directory.resolve("cluster"), 1)) {
      Witness virginia = cloud.in("us-east-1");
      String origin = virginia.completed(1, blocks);
      Path expected = virginia.restore(origin, directory.resolve("expected"));
      String disk = device.path().toString();
      try (Brake brake = Brake.on(device.path());
          Launched download = download(cloud, cluster, origin, disk)) {
        Await.until(
            "half of it to be read", () -> cloud.answered("GetSnapshotBlock") > blocks.size() / 2);
        cluster.kill(
            cluster.processes().stream()
                .filter(name -> name.startsWith("task"))
                .findAny()
                .orElseThrow());
        cluster.run("taskmanager");

        download.end().succeeded();

        assertThat(brake.slowed()).isGreaterThanOrEqualTo((long) blocks.size() * Blocks.SIZE);
      }
      Shell.assertSameBytes(expected, device.backing());
    }
  }

  private Launched download(TestCloud cloud, ClusterProcesses cluster, String origin, String disk)
      throws IOException {
    return Launched.start(
        directory,
        cloud.url(),
        "--cluster",
        cluster.address(),
        "-o",
        "us-east-1",
        "download",
        origin,
        disk);
  }

  /** Slows the writing of one device. */
  private record Brake(String device, long before) implements AutoCloseable {
    static Brake on(Path path) throws Exception {
      String device = Shell.run("lsblk", "-ndo", "MAJ:MIN", path.toString()).strip();
      Brake brake = new Brake(device, written(device));
      Files.writeString(WRITES, device + " " + BYTES_PER_SECOND);
      return brake;
    }

    /** Bytes written to the device that went through the brake. */
    long slowed() throws IOException {
      return written(device) - before;
    }

    /** By all devices that had that number since the machine's start. */
    private static long written(String device) throws IOException {
      String line = device + " Write ";
      return Files.readAllLines(SLOWED).stream()
          .filter(each -> each.startsWith(line))
          .mapToLong(each -> Long.parseLong(each.substring(line.length())))
          .sum();
    }

    @Override
    public void close() throws IOException {
      Files.writeString(WRITES, device + " 0");
    }
  }
}
