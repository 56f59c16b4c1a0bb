package org.snapshotproxy.connectors.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.Library;
import com.sun.jna.Native;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snapshotproxy.connectors.base.BlockReader;
import org.snapshotproxy.connectors.base.BlockWriter;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.base.Seal;
import org.snapshotproxy.connectors.base.Sealer;
import org.snapshotproxy.connectors.base.SegmentDescriptor;
import org.snapshotproxy.connectors.base.source.SegmentLister;

/** Real block devices; every one of these tests needs root. */
class DeviceDestinationTest {
  private static final long DEVICE = 16L << 20;
  private static final long VOLUME = 8L << 20;

  @TempDir Path directory;

  /** The C library, to hold a device as another program would. */
  public interface C extends Library {
    int open(String path, int flags);

    int close(int fd);
  }

  private static LocalTarget target(LoopDevice loop, long volume, boolean force) {
    return new LocalTarget(loop.device(), volume, force, true);
  }

  private static void refused(LocalTarget target, String... words) {
    assertThatExceptionOfType(FspException.class)
        .isThrownBy(target::check)
        .withMessageContainingAll(words);
    assertThatExceptionOfType(FspException.class)
        .isThrownBy(() -> target.prepare("run-1"))
        .withMessageContainingAll(words);
  }

  @Test
  void aDeviceThatWasNotBlankBecomesTheVolumeAndWhatLiesBehindStays() throws Exception {
    try (LoopDevice loop = LoopDevice.dirty(directory, DEVICE)) {
      LocalTarget.Prepared prepared = target(loop, VOLUME, false).prepare("run-1");
      assertThat(prepared.warnings())
          .singleElement()
          .asString()
          .contains("16777216 bytes", "8388608 bytes", "stays as it is");

      LocalDestination destination = prepared.destination();
      try (BlockWriter writer = destination.openWriter()) {
        for (int times = 0; times < 2; times++) {
          writer.put(Image.block(0, 1));
          writer.put(Image.block(1, 0));
          writer.clear(2, 13);
          writer.put(Image.block(15, 3));
          writer.sync();
        }
      }
      for (int times = 0; times < 2; times++) {
        try (Sealer sealer = destination.openSealer()) {
          sealer.seal(new Seal(3, 13, 0, new byte[32], ""));
        }
      }
      destination.abandon();

      byte[] expected = new byte[(int) DEVICE];
      Arrays.fill(expected, 0, Blocks.SIZE, (byte) 1);
      Arrays.fill(expected, 15 * Blocks.SIZE, 16 * Blocks.SIZE, (byte) 3);
      Arrays.fill(expected, 16 * Blocks.SIZE, (int) DEVICE, (byte) 0xEE);
      assertThat(Files.readAllBytes(loop.backing())).isEqualTo(expected);
    }
  }

  @Test
  void aDeviceIsReadWhole() throws Exception {
    // 512 bytes more than whole blocks: a device's last block may be partial.
    long bytes = 3L * Blocks.SIZE + 512;
    try (LoopDevice loop = LoopDevice.dirty(directory, bytes)) {
      LocalOrigin origin = LocalOrigin.inspect(loop.device());
      assertThat(origin.bytes()).isEqualTo(bytes);
      assertThat(origin.fingerprint()).isEqualTo(new Fingerprint(bytes, 0));

      SegmentDescriptor descriptor = new SegmentDescriptor(0, 0b1111, 0, List.of());
      try (SegmentLister lister = new LocalLister(origin)) {
        assertThat(lister.list(0, 1).descriptors()).containsExactly(descriptor);
      }
      byte[] last = new byte[Blocks.SIZE];
      Arrays.fill(last, (byte) 0x55);
      try (BlockReader reader = origin.openReader()) {
        reader.read(descriptor, 3, last);
      }
      byte[] expected = new byte[Blocks.SIZE];
      Arrays.fill(expected, 0, 512, (byte) 0xEE);
      assertThat(last).isEqualTo(expected);
    }
  }

  @Test
  void aDeviceThatIsTooSmallIsRefusedHoweverMuchOneInsists() throws Exception {
    try (LoopDevice loop = LoopDevice.dirty(directory, DEVICE)) {
      for (boolean force : new boolean[] {false, true}) {
        refused(
            target(loop, DEVICE + 1, force),
            loop.device() + " is too small: it has 16777216 bytes, the volume 16777217 bytes");
      }
      assertThat(target(loop, DEVICE, false).check()).isEmpty();
    }
  }

  @Test
  void aReadOnlyDeviceIsRefused() throws Exception {
    try (LoopDevice loop = LoopDevice.dirty(directory, DEVICE, "--read-only")) {
      refused(target(loop, VOLUME, true), loop.device() + " is read-only.");
    }
  }

  @Test
  void aMountedDeviceIsRefusedUnlessOneInsists() throws Exception {
    try (LoopDevice loop = LoopDevice.dirty(directory, DEVICE)) {
      Shell.run("mkfs.ext4", "-q", loop.device().toString());
      Path point = Files.createDirectory(directory.resolve("a mount"));
      try (TemporaryMount mounted = TemporaryMount.of(point, loop.device().toString())) {
        String sentence = loop.device() + " is mounted on " + mounted.point() + ".";
        refused(target(loop, DEVICE, false), sentence, "--force");
        assertThat(target(loop, DEVICE, true).check()).containsExactly(sentence);
      }
      assertThat(target(loop, DEVICE, false).check()).isEmpty();
    }
  }

  @Test
  void aDeviceUnderAnotherDeviceIsRefusedUnlessOneInsists() throws Exception {
    try (LoopDevice loop = LoopDevice.dirty(directory, DEVICE)) {
      String name = "fsp-test-" + ProcessHandle.current().pid();
      String table = "0 " + DEVICE / 512 + " linear " + loop.device() + " 0";
      assumeTrue(
          Shell.works("dmsetup", "create", name, "--noudevsync", "--table", table),
          "this kernel has no device mapper");
      try {
        refused(target(loop, DEVICE, false), loop.device() + " is a part of dm-", "--force");
      } finally {
        Shell.run("dmsetup", "remove", "--noudevsync", name);
      }
    }
  }

  @Test
  void aDeviceThatAnotherProgramHoldsIsRefusedUnlessOneInsists() throws Exception {
    try (LoopDevice loop = LoopDevice.dirty(directory, DEVICE)) {
      C c = Native.load("c", C.class);
      int held = c.open(loop.device().toString(), 0x80); // O_EXCL
      assertThat(held).isPositive();
      try {
        refused(target(loop, DEVICE, false), "in use by another program", "--force");
        assertThat(target(loop, DEVICE, true).check()).hasSize(1);
      } finally {
        c.close(held);
      }
    }
  }

  @Test
  void aMountedPartitionKeepsTheWholeDisk() throws Exception {
    try (LoopDevice loop = LoopDevice.dirty(directory, DEVICE)) {
      assumeTrue(
          Shell.works("partx", "--version") && Shell.works("addpart", "--version"),
          "adding partitions needs util-linux's addpart");
      Shell.run("addpart", loop.device().toString(), "1", "2048", "16384");
      Path partition = Path.of(loop.device() + "p1");
      try {
        Shell.run("mkfs.ext4", "-q", partition.toString());
        Path point = Files.createDirectory(directory.resolve("mount"));
        try (TemporaryMount mounted = TemporaryMount.of(point, partition.toString())) {
          refused(
              target(loop, DEVICE, false),
              partition + " is mounted on " + mounted.point(),
              "--force");
        }
      } finally {
        Shell.run("delpart", loop.device().toString(), "1");
      }
    }
  }

  @Test
  void aLinkToADeviceIsTheDevice() throws Exception {
    try (LoopDevice loop = LoopDevice.dirty(directory, DEVICE)) {
      Path link = Files.createSymbolicLink(directory.resolve("link"), loop.device());

      LocalTarget target = new LocalTarget(link, DEVICE, false, false);

      assertThat(target.isDevice()).isTrue();
      assertThat(target.prepare("run-1").destination()).isInstanceOf(DeviceDestination.class);
      Files.delete(link); // JUnit warns of links that lead out of its directory
    }
  }
}
