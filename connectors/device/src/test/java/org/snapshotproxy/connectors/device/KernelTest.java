package org.snapshotproxy.connectors.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snapshotproxy.connectors.base.FspException;

/** What cannot be arranged with real devices everywhere: swap, the root disk, RAID members. */
class KernelTest {
  private static final long DEVICE = 1 << 20;

  @TempDir Path directory;
  private Kernel kernel;

  @BeforeEach
  void noDevices() throws IOException {
    kernel =
        new Kernel(
            Files.createDirectory(directory.resolve("devices")),
            directory.resolve("mountinfo"),
            directory.resolve("swaps"));
  }

  private DeviceCheck check(LoopDevice loop, boolean force) {
    return new DeviceCheck(new LocalTarget(loop.device(), DEVICE, force, false), kernel);
  }

  private static String number(LoopDevice loop) throws Exception {
    return Shell.run(
        "lsblk", "--noheadings", "--nodeps", "--output", "MAJ:MIN", "" + loop.device());
  }

  @Test
  void readsNumbersPointsAndSourcesBehindAnyNumberOfOptionalFields() throws Exception {
    Files.write(
        kernel.mountinfo(),
        List.of(
            "22 1 259:1 / / rw,noatime shared:1 master:2 - ext4 /dev/root rw",
            "36 22 8:17 / /mnt/a\\040b\\134c rw - xfs /dev/sd\\011b rw",
            "40 22 0:5 / /net rw - nfs host:/export rw",
            "garbage"));

    assertThat(kernel.mounts())
        .containsExactly(
            new Kernel.Mount("259:1", "/", "/dev/root"),
            new Kernel.Mount("8:17", "/mnt/a b\\c", "/dev/sd\tb"),
            new Kernel.Mount("0:5", "/net", "host:/export"));
  }

  @Test
  void whereTheKernelTellsNothingNothingIsInTheWay() throws Exception {
    try (LoopDevice loop = LoopDevice.dirty(directory, DEVICE)) {
      assertThat(check(loop, false).run()).isEmpty();
    }
  }

  @Test
  void theRootDiskIsNeverOverwritten() throws Exception {
    try (LoopDevice loop = LoopDevice.dirty(directory, DEVICE)) {
      String line = "22 1 " + number(loop) + " / %s rw - ext4 /dev/root rw";
      Files.write(kernel.mountinfo(), List.of(line.formatted("/home"), line.formatted("/")));

      for (boolean force : new boolean[] {false, true}) {
        assertThatExceptionOfType(FspException.class)
            .isThrownBy(() -> check(loop, force).run())
            .withMessage(loop.device() + " is mounted on /.");
      }
    }
  }

  @Test
  void swapSpaceIsNeverOverwritten() throws Exception {
    try (LoopDevice loop = LoopDevice.dirty(directory, DEVICE)) {
      Files.write(
          kernel.swaps(),
          List.of("Filename Type Size Used Priority", loop.device() + "\tpartition\t9\t0\t-2"));

      assertThatExceptionOfType(FspException.class)
          .isThrownBy(() -> check(loop, true).run())
          .withMessage(loop.device() + " is swap space of the running system.");
    }
  }

  @Test
  void aPartitionsHolderKeepsTheDiskUnlessOneInsists() throws Exception {
    try (LoopDevice loop = LoopDevice.dirty(directory, DEVICE)) {
      Path partition =
          Files.createDirectories(kernel.devices().resolve(number(loop)).resolve("loopXp1"));
      Files.writeString(partition.resolve("partition"), "1\n");
      Files.writeString(partition.resolve("dev"), "259:99\n");
      Files.createDirectories(partition.resolve("holders").resolve("md0"));

      assertThatExceptionOfType(FspException.class)
          .isThrownBy(() -> check(loop, false).run())
          .withMessage("/dev/loopXp1 is a part of md0. Insist with --force.");
      assertThat(check(loop, true).run()).containsExactly("/dev/loopXp1 is a part of md0.");
    }
  }
}
