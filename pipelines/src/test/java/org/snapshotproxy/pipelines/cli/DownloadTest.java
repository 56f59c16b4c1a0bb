package org.snapshotproxy.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the target held before: afterwards it is the snapshot. */
class DownloadTest {
  private static final Map<Integer, byte[]> BLOCKS =
      Map.of(
          0, Witness.block(1), 5, Witness.block(0), 64, Witness.block(2), 2047, Witness.block(3));

  @TempDir Path directory;
  private TestCloud cloud;
  private Witness virginia;
  private String id;

  @BeforeEach
  void start() throws Exception {
    cloud = TestCloud.start();
    virginia = cloud.in("us-east-1");
    id = virginia.completed(1, BLOCKS);
  }

  @AfterEach
  void stop() throws Exception {
    cloud.close();
  }

  @Test
  void anExistingFileThatHeldSomethingElseBecomesTheSnapshot() throws Exception {
    Path target = DiskImage.full(5_000_000, 1).create(directory.resolve("disk.img"));

    cloud.fsp("download", id, target.toString()).succeeded();

    assertIsTheSnapshot(target);
  }

  @Test
  void aLongerFileIsCutToTheVolume() throws Exception {
    Path target = directory.resolve("disk.img");
    DiskImage.sparse(2 * DiskImage.GIB + 77, 5).create(target);

    cloud.fsp("download", id, target.toString()).succeeded();

    assertIsTheSnapshot(target);
  }

  @Test
  void aSymbolicLinkStaysAndItsFileBecomesTheSnapshot() throws Exception {
    Path file = Files.writeString(directory.resolve("real.img"), "something else");
    Path link = Files.createSymbolicLink(directory.resolve("link.img"), Path.of("real.img"));

    cloud.fsp("download", id, link.toString()).succeeded();

    assertThat(link).isSymbolicLink();
    assertIsTheSnapshot(file);
  }

  @Test
  void aPathMayBeAUriAndMayHoldAQuote() throws Exception {
    Path target = directory.resolve("it's.img");

    Invocation run = cloud.fsp("download", id, target.toUri().toString()).succeeded();

    assertIsTheSnapshot(target);
    assertThat(run.lines().get(1)).isEqualTo("[\"" + target + "\"]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "file:disk.img", "file://host/disk.img"})
  void whatIsNoPathIsWrongUsage(String path) {
    Invocation run = cloud.fsp("download", id, path);

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("is neither a path nor the URI of a file");
  }

  @Test
  void absentBlocksTakeNoSpaceInANewFile() throws Exception {
    Path target = directory.resolve("disk.img");

    cloud.fsp("download", id, target.toString()).succeeded();

    assertThat(Shell.allocatedBytes(target)).isBetween(3L * DiskImage.BLOCK, 5L * DiskImage.BLOCK);
  }

  @Test
  void aBlockDeviceThatHeldGarbageBecomesTheSnapshot() throws Exception {
    try (LoopDevice device = LoopDevice.fullOfGarbage(directory, DiskImage.GIB)) {
      cloud.fsp("download", id, device.path().toString()).succeeded();

      assertIsTheSnapshot(device.path());
    }
  }

  @Test
  void skippingZerosOntoABlockDeviceIsRefused() throws Exception {
    try (LoopDevice device = LoopDevice.fullOfGarbage(directory, DiskImage.GIB)) {
      Invocation download = cloud.fsp("download", id, device.path().toString(), "--skip-zeros");

      assertThat(download.code()).isEqualTo(2);
      assertThat(download.err()).contains("--skip-zeros").hasLineCount(1);
      assertThat(cloud.answered("GetSnapshotBlock")).isZero();
    }
  }

  @Test
  void skippingZerosReadsAsTheSameFile() throws Exception {
    Path target = Files.writeString(directory.resolve("disk.img"), "something else");

    cloud.fsp("download", id, target.toString(), "--skip-zeros").succeeded();

    assertIsTheSnapshot(target);
  }

  @Test
  void nothingIsLeftBesideTheTarget() throws Exception {
    Path target = directory.resolve("disk.img");

    cloud.fsp("download", id, target.toString()).succeeded();

    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).containsExactly(target);
    }
  }

  private void assertIsTheSnapshot(Path target) throws IOException {
    Path expected = virginia.restore(id, directory.resolve("expected"));
    Shell.assertSameBytes(expected, target);
    Files.delete(expected);
  }
}
