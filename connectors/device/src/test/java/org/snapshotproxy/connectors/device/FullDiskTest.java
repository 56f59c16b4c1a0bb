package org.snapshotproxy.connectors.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snapshotproxy.connectors.base.BlockWriter;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.base.Seal;
import org.snapshotproxy.connectors.base.Sealer;
import org.snapshotproxy.connectors.base.SegmentDescriptor;
import org.snapshotproxy.connectors.base.source.SegmentLister;

/** File targets on file systems that are too small, read-only, or cannot be replaced. */
class FullDiskTest {
  @TempDir Path directory;

  @Test
  void aFullDiskEndsTheRunWithASentenceAndWithoutATarget() throws Exception {
    try (TemporaryMount tmpfs = TemporaryMount.tmpfs(directory, "2m")) {
      Path disk = tmpfs.point().resolve("disk");
      LocalTarget.Prepared prepared =
          new LocalTarget(disk, Blocks.GIB, false, false).prepare("run-1");
      assertThat(prepared.warnings())
          .singleElement()
          .asString()
          .contains("2097152 bytes free", "1073741824 bytes (1.00 GiB)", "may or may not fit");

      try (BlockWriter writer = prepared.destination().openWriter()) {
        for (int block = 0; block < 4; block++) {
          writer.put(Image.block(100 + block, 1));
        }
        assertThatExceptionOfType(FspException.class)
            .isThrownBy(() -> writer.put(Image.block(2047, 1)))
            .withMessageContaining("Cannot write block 2047 to " + tmpfs.point())
            .withMessageContaining("No space left on device. Its file system has 0 bytes free.");
      }
      prepared.destination().abandon();
      try (var left = Files.list(tmpfs.point())) {
        assertThat(left).isEmpty();
      }
    }
  }

  @Test
  void aReadOnlyFileSystemIsRefusedBeforeAnythingElse() throws Exception {
    try (TemporaryMount tmpfs = TemporaryMount.tmpfs(directory, "2m")) {
      Shell.run("mount", "-o", "remount,ro", tmpfs.point().toString());

      assertThatExceptionOfType(FspException.class)
          .isThrownBy(
              () ->
                  new LocalTarget(tmpfs.point().resolve("disk"), Blocks.GIB, false, false).check())
          .withMessageContaining("Cannot create a file in " + tmpfs.point());
    }
  }

  @Test
  void aFileThatIsAMountPointIsRefused() throws Exception {
    try (TemporaryMount tmpfs = TemporaryMount.tmpfs(directory, "2m")) {
      Path outside = Files.writeString(tmpfs.point().resolve("outside"), "o");
      Path inside = Files.writeString(tmpfs.point().resolve("in side"), "i");
      try (TemporaryMount bound = TemporaryMount.of(inside, "--bind", outside.toString())) {
        assertThatExceptionOfType(FspException.class)
            .isThrownBy(() -> new LocalTarget(bound.point(), 1, false, false).check())
            .withMessageContaining("is itself a mount point");
      }
    }
  }

  @Test
  void aFileSystemOfSmallFilesIsRefusedBeforeAnythingIsCreated() throws Exception {
    long tooLarge = 17L << 40; // ext4 with blocks of 4 KiB ends below 16 TiB
    try (LoopDevice loop = LoopDevice.dirty(directory, 16 << 20)) {
      Shell.run("mkfs.ext4", "-q", "-b", "4096", loop.device().toString());
      Path point = Files.createDirectory(directory.resolve("ext4"));
      try (TemporaryMount ext4 = TemporaryMount.of(point, loop.device().toString())) {
        assertThatExceptionOfType(FspException.class)
            .isThrownBy(
                () -> new LocalTarget(ext4.point().resolve("disk"), tooLarge, false, false).check())
            .withMessageContaining("The ext4 file system")
            .withMessageContaining("(17408.00 GiB)");
      }
    }
  }

  /** The memory file system of old tells no holes and punches none. */
  @Test
  void aFileSystemWithoutHolesStillReadsAsZeros() throws Exception {
    Path point = Files.createDirectory(directory.resolve("ramfs"));
    assumeTrue(
        Shell.works("mount", "-t", "ramfs", "fsp-test", point.toString()), "mounting needs root");
    try (TemporaryMount ramfs = new TemporaryMount(point)) {
      LocalDestination destination =
          new LocalTarget(ramfs.point().resolve("disk"), 4L * Blocks.SIZE - 1, false, false)
              .prepare("run-1")
              .destination();
      try (BlockWriter writer = destination.openWriter()) {
        for (int block = 0; block < 4; block++) {
          writer.put(Image.block(block, 5));
        }
        writer.put(Image.block(0, 0));
        writer.clear(2, 2);
      }
      try (Sealer sealer = destination.openSealer()) {
        sealer.seal(new Seal(4, 2, 0, new byte[32], ""));
      }

      byte[] expected = new byte[4 * Blocks.SIZE - 1];
      Arrays.fill(expected, Blocks.SIZE, 2 * Blocks.SIZE, (byte) 5);
      assertThat(Files.readAllBytes(ramfs.point().resolve("disk"))).isEqualTo(expected);
      try (SegmentLister lister =
          new LocalLister(LocalOrigin.inspect(ramfs.point().resolve("disk")))) {
        assertThat(lister.list(0, 1).descriptors())
            .containsExactly(new SegmentDescriptor(0, 0b1111, 0, List.of()));
      }
    }
  }
}
