package org.snapshotproxy.connectors.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snapshotproxy.connectors.base.BlockDigests;
import org.snapshotproxy.connectors.base.BlockWriter;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.Digests;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.base.Seal;
import org.snapshotproxy.connectors.base.Sealer;

/** A file that a delta is written over, and the marker that says so until it is done. */
class InPlaceDestinationTest {
  private static final long BASE = 4L * Blocks.SIZE;
  private static final long VOLUME = 6L * Blocks.SIZE;
  private static final Seal SEAL = new Seal(1, 1, 0, new byte[32], "");

  @TempDir Path directory;

  private Path fileOf(long bytes) throws IOException {
    Path file = directory.resolve("disk");
    byte[] content = new byte[(int) bytes];
    Arrays.fill(content, (byte) 7);
    return Files.write(file, content);
  }

  private DeltaTarget target(String second) {
    LocalTarget whole = new LocalTarget(directory.resolve("disk"), VOLUME, false, true);
    return new DeltaTarget(whole, "snap-1", second, BASE);
  }

  private static void seal(LocalDestination destination) throws Exception {
    try (Sealer sealer = destination.openSealer()) {
      sealer.seal(SEAL);
    }
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void theFileIsMarkedAndExtendedBeforeTheFirstWriteAndUnmarkedByTheSeal() throws Exception {
    Path file = fileOf(BASE);
    LocalDestination destination = target("snap-2").prepare("run-1").destination();

    assertThat(names()).containsExactly(".disk.fsp-delta", "disk");
    assertThat(directory.resolve(".disk.fsp-delta")).hasContent("snap-1 snap-2");
    assertThat(file).hasSize(VOLUME);
    try (BlockWriter writer = destination.openWriter()) {
      writer.put(Image.block(1, 9));
      writer.clear(2, 1);
      writer.put(Image.block(5, 3));
    }
    seal(destination);
    seal(destination);

    byte[] expected = new byte[(int) VOLUME];
    Arrays.fill(expected, 0, (int) BASE, (byte) 7);
    Arrays.fill(expected, Blocks.SIZE, 2 * Blocks.SIZE, (byte) 9);
    Arrays.fill(expected, 2 * Blocks.SIZE, 3 * Blocks.SIZE, (byte) 0);
    Arrays.fill(expected, 5 * Blocks.SIZE, 6 * Blocks.SIZE, (byte) 3);
    assertThat(Files.readAllBytes(file)).isEqualTo(expected);
    assertThat(names()).containsExactly("disk");
  }

  @Test
  void checkingWritesNothing() throws Exception {
    Path file = fileOf(BASE);

    assertThat(target("snap-2").check()).isEmpty();

    assertThat(target("snap-2").isBegun()).isFalse();
    assertThat(file).hasSize(BASE);
    assertThat(names()).containsExactly("disk");
  }

  @Test
  void theSameDeltaIsTakenUpAgainAndAnotherOneIsRefused() throws Exception {
    fileOf(BASE);
    target("snap-2").prepare("run-1").destination().abandon();

    assertThat(target("snap-2").isBegun()).isTrue();
    assertThatExceptionOfType(FspException.class)
        .isThrownBy(() -> target("snap-3").prepare("run-2"))
        .withMessageContainingAll("snap-1 and snap-2", "deltadownload snap-1 snap-2");
    seal(target("snap-2").prepare("run-2").destination());

    assertThat(target("snap-3").isBegun()).isFalse();
    assertThat(names()).containsExactly("disk");
  }

  @Test
  void aFileLeftHalfwayIsNoOriginUntilAWholeOneReplacesIt() throws Exception {
    Path file = fileOf(BASE);
    target("snap-2").prepare("run-1");

    assertThatExceptionOfType(FspException.class)
        .isThrownBy(() -> LocalOrigin.inspect(file))
        .withMessageContaining("is neither the one nor the other of snap-1 and snap-2");

    seal(new LocalTarget(file, BASE, false, true).prepare("run-2").destination());

    assertThat(names()).containsExactly("disk");
    assertThat(LocalOrigin.inspect(file).bytes()).isEqualTo(BASE);
  }

  @Test
  void theMarkerOfALinkedFileStandsBesideTheFileItself() throws Exception {
    Path real = Files.createDirectory(directory.resolve("real"));
    Path file = Files.move(fileOf(BASE), real.resolve("image"));
    Files.createSymbolicLink(directory.resolve("disk"), Path.of("real/image"));

    LocalDestination destination = target("snap-2").prepare("run-1").destination();

    assertThat(real.resolve(".image.fsp-delta")).exists();
    assertThatExceptionOfType(FspException.class).isThrownBy(() -> LocalOrigin.inspect(file));
    seal(destination);
    assertThat(real.resolve(".image.fsp-delta")).doesNotExist();
    assertThat(directory.resolve("disk")).isSymbolicLink();
  }

  @Test
  void aFileOfNeitherVolumeIsRefusedUnmarked() throws Exception {
    for (long bytes : new long[] {0, BASE - 1, BASE + 1, VOLUME + 1}) {
      fileOf(bytes);

      assertThatExceptionOfType(FspException.class)
          .isThrownBy(() -> target("snap-2").prepare("run-1"))
          .withMessageContainingAll("has " + bytes + " bytes", "is not that snapshot");
      assertThat(names()).containsExactly("disk");
    }
    fileOf(VOLUME);
    assertThat(target("snap-2").check()).isEmpty();
  }

  @Test
  void aMarkerWithoutContentSaysThatNothingWasWritten() throws Exception {
    fileOf(BASE);
    Files.createFile(directory.resolve(".disk.fsp-delta"));

    assertThatExceptionOfType(FspException.class)
        .isThrownBy(() -> target("snap-2").prepare("run-1"))
        .withMessageContainingAll(".disk.fsp-delta", "ended before it wrote", "delete it");
  }

  @Test
  void aFileThatSomebodyCutIsNotSealed() throws Exception {
    Path file = fileOf(BASE);
    LocalDestination destination = target("snap-2").prepare("run-1").destination();
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.setLength(5);
    }

    assertThatExceptionOfType(FspException.class)
        .isThrownBy(() -> seal(destination))
        .withMessageContaining("has 5 bytes instead of " + VOLUME);
    assertThat(names()).containsExactly(".disk.fsp-delta", "disk");
  }

  @Test
  void aFullDiskEndsTheRunAndTheMarkerStays() throws Exception {
    try (TemporaryMount tmpfs = TemporaryMount.tmpfs(directory, "2m")) {
      Path disk = tmpfs.point().resolve("disk");
      try (RandomAccessFile hole = new RandomAccessFile(disk.toFile(), "rw")) {
        hole.setLength(BASE + VOLUME);
      }
      LocalTarget whole = new LocalTarget(disk, BASE + VOLUME, false, false);
      LocalDestination destination =
          new DeltaTarget(whole, "snap-1", "snap-2", BASE + VOLUME).prepare("run-1").destination();

      try (BlockWriter writer = destination.openWriter()) {
        assertThatExceptionOfType(FspException.class)
            .isThrownBy(
                () -> {
                  for (int block = 0; block < 8; block++) {
                    writer.put(Image.block(block, 5));
                  }
                })
            .withMessageContaining("No space left on device");
      }

      assertThat(tmpfs.point().resolve(".disk.fsp-delta")).exists();
    }
  }

  @Test
  void digestsAreThoseOfTheBytesAndHolesAreZeros() throws Exception {
    Path file = directory.resolve("disk");
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.seek(3L * Blocks.SIZE);
      open.write(Image.block(3, 5).buffer().bytes());
      open.seek(9L * Blocks.SIZE + 100);
      open.write(1);
    }
    byte[] tail = new byte[Blocks.SIZE];
    tail[100] = 1;
    try (BlockDigests digests = LocalDigests.of(file).open()) {
      assertThat(digests.digest(3)).isEqualTo(Image.block(3, 5).digest());
      assertThat(digests.digest(0)).isEqualTo(Blocks.zeroDigest());
      assertThat(digests.digest(9)).isEqualTo(Digests.sha256(tail));
      assertThat(digests.digest(20)).isEqualTo(Blocks.zeroDigest());
      assertThat(digests.firstNonZero(0, 3)).isEqualTo(-1);
      assertThat(digests.firstNonZero(0, 64)).isEqualTo(3);
      assertThat(digests.firstNonZero(4, 60)).isEqualTo(9);
      assertThat(digests.firstNonZero(10, 60)).isEqualTo(-1);
    }
  }
}
