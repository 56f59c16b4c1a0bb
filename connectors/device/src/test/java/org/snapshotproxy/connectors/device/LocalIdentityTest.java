package org.snapshotproxy.connectors.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snapshotproxy.connectors.base.BlockDigests;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.base.Seal;
import org.snapshotproxy.connectors.base.Sealer;
import org.snapshotproxy.connectors.base.source.SegmentLister;

/** A path that names something else where the job runs than where the command was given. */
class LocalIdentityTest {
  @TempDir Path directory;

  private static void refused(ThrowingCallable use, String... words) {
    assertThatExceptionOfType(FspException.class).isThrownBy(use).withMessageContainingAll(words);
  }

  private static void changed(Path path, ThrowingCallable use) {
    refused(use, path + " is not what it was", "Repeat the command");
  }

  @Test
  void anotherFileOfTheSameNameIsNeitherReadNorWritten() throws Exception {
    Path file = directory.resolve("disk");
    Files.write(file, new byte[Blocks.SIZE]);
    LocalOrigin origin = LocalOrigin.inspect(file);
    BlockDigests.Factory digests = LocalDigests.of(file);
    LocalDestination destination =
        new DeltaTarget(new LocalTarget(file, Blocks.SIZE, false, true), "a", "b", Blocks.SIZE)
            .prepare("run-1")
            .destination();

    byte[] other = new byte[Blocks.SIZE];
    Arrays.fill(other, (byte) 7);
    Path beside = Files.write(directory.resolve("other"), other);
    Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING);

    changed(file, origin::openReader);
    changed(
        file,
        () -> {
          try (SegmentLister lister = origin.lister().open()) {
            lister.list(0, 1);
          }
        });
    changed(file, digests::open);
    changed(file, destination::openWriter);
    changed(file, () -> seal(destination));
    assertThat(Files.readAllBytes(file)).isEqualTo(other);
  }

  @Test
  void anotherDeviceOfTheSameNameIsNotWritten() throws Exception {
    Path first = Files.createDirectory(directory.resolve("first"));
    Path second = Files.createDirectory(directory.resolve("second"));
    try (LoopDevice meant = LoopDevice.dirty(first, 16L << 20);
        LoopDevice other = LoopDevice.dirty(second, 16L << 20)) {
      Path name = Files.createSymbolicLink(directory.resolve("disk"), meant.device());
      LocalDestination destination =
          new LocalTarget(name, 8L << 20, false, true).prepare("run-1").destination();

      Files.delete(name);
      Files.createSymbolicLink(name, other.device());

      changed(name, destination::openWriter);
      changed(name, () -> seal(destination));
    }
  }

  @Test
  void aDeviceOfAnotherMachineIsNotWritten() throws Exception {
    try (LoopDevice loop = LoopDevice.dirty(directory, 16L << 20)) {
      Path device = loop.device();
      LocalIdentity here = LocalIdentity.of(device);
      DeviceDestination destination =
          new DeviceDestination(
              device.toString(),
              new LocalIdentity("elsewhere", "another start", here.number()),
              8L << 20,
              true);

      String[] where = {
        device + " on " + here.host() + " is not the one on elsewhere", "fsp.task-managers"
      };

      assertThat(here.machine()).isNotEmpty();
      refused(destination::openWriter, where);
      refused(() -> seal(destination), where);
    }
  }

  private static void seal(LocalDestination destination) throws Exception {
    try (Sealer sealer = destination.openSealer()) {
      sealer.seal(new Seal(1, 0, 0, new byte[32], ""));
    }
  }
}
