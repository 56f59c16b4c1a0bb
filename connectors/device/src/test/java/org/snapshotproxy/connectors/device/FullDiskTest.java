package org.snapshotproxy.connectors.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snapshotproxy.connectors.base.BlockWriter;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.FspException;

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
}
