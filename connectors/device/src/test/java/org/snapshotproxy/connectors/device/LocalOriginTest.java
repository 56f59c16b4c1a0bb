package org.snapshotproxy.connectors.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snapshotproxy.connectors.base.BlockReader;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.base.SegmentDescriptor;
import org.snapshotproxy.connectors.base.source.SegmentLister;

class LocalOriginTest {
  @TempDir Path directory;

  private static void refused(Path path, String... words) {
    assertThatExceptionOfType(FspException.class)
        .isThrownBy(() -> LocalOrigin.inspect(path))
        .withMessageContainingAll(words)
        .withMessageEndingWith(".");
  }

  private Path file(long bytes) throws IOException {
    Path file = directory.resolve("image");
    setLength(file, bytes);
    return file;
  }

  private static void setLength(Path file, long bytes) throws IOException {
    try (RandomAccessFile whole = new RandomAccessFile(file.toFile(), "rw")) {
      whole.setLength(bytes);
    }
  }

  @Test
  void refusesWhatIsNotThere() {
    refused(directory.resolve("nothing"), "There is no file", "nothing");
  }

  @Test
  void refusesADirectory() {
    refused(directory, "is a directory");
  }

  @Test
  void refusesACharacterDevice() {
    refused(Path.of("/dev/null"), "/dev/null is a character device");
  }

  @Test
  void refusesANamedPipeWithoutWaitingForItsOtherEnd() throws Exception {
    Path pipe = directory.resolve("pipe");
    Shell.run("mkfifo", pipe.toString());

    refused(pipe, "is a named pipe");
  }

  @Test
  void refusesAnEmptyFile() throws IOException {
    refused(file(0), "is empty");
  }

  @Test
  void refusesAFileItMayNotRead() throws IOException {
    assumeThat(System.getProperty("user.name")).as("root may read all").isNotEqualTo("root");
    Path file = file(1);
    assertThat(file.toFile().setReadable(false)).isTrue();

    refused(file, "Cannot read", "permission denied");
  }

  @Test
  void refusesMoreThanTheLargestVolume() throws Exception {
    try (TemporaryMount tmpfs = TemporaryMount.tmpfs(directory, "64k")) {
      Path largest = tmpfs.point().resolve("largest");
      setLength(largest, LocalPath.MAX_BYTES);
      assertThat(LocalOrigin.inspect(largest).bytes()).isEqualTo(LocalPath.MAX_BYTES);

      Path larger = tmpfs.point().resolve("larger");
      setLength(larger, LocalPath.MAX_BYTES + 1);
      refused(larger, "70368744177665 bytes", "the largest volume");
    }
  }

  @Test
  void listsTheLargestHoleInOnePage() throws Exception {
    try (TemporaryMount tmpfs = TemporaryMount.tmpfs(directory, "2m")) {
      Path file = tmpfs.point().resolve("largest");
      setLength(file, LocalPath.MAX_BYTES);
      try (RandomAccessFile whole = new RandomAccessFile(file.toFile(), "rw")) {
        whole.seek(LocalPath.MAX_BYTES - 1);
        whole.write(1);
      }

      try (SegmentLister lister = new LocalLister(LocalOrigin.inspect(file))) {
        SegmentLister.Page page = lister.list(0, 2_097_152);
        assertThat(page.next()).isEqualTo(2_097_152);
        assertThat(page.descriptors())
            .containsExactly(new SegmentDescriptor(2_097_151, 1L << 63, 0, List.of()));
      }
    }
  }

  @Test
  void failsWhenTheFileShrinksWhileItIsListed() throws Exception {
    Path file = file(2 * Blocks.SEGMENT_SIZE);
    try (SegmentLister lister = new LocalLister(LocalOrigin.inspect(file))) {
      setLength(file, Blocks.SIZE);

      assertThatExceptionOfType(FspException.class)
          .isThrownBy(() -> lister.list(0, 2))
          .withMessageContaining("shrank from 67108864 bytes to 524288 bytes");
    }
  }

  @Test
  void failsWhenTheFileShrinksWhileItIsRead() throws Exception {
    Path file = file(2 * Blocks.SIZE);
    try (BlockReader reader = LocalOrigin.inspect(file).openReader()) {
      setLength(file, Blocks.SIZE + 1);

      assertThatExceptionOfType(FspException.class)
          .isThrownBy(
              () ->
                  reader.read(new SegmentDescriptor(0, 3, 0, List.of()), 1, new byte[Blocks.SIZE]))
          .withMessageContaining("shrank from 1048576 bytes to 524289 bytes");
    }
  }

  @Test
  void failsWhereTheFileIsNot() throws Exception {
    Path file = file(1);
    LocalOrigin origin = LocalOrigin.inspect(file);
    Files.delete(file);

    assertThatExceptionOfType(FspException.class)
        .isThrownBy(origin::openReader)
        .withMessage("Cannot read " + file + " here: no such file or directory.");
  }

  @Test
  void itsFirstBytesReadAsThemselvesAndWhatFollowsAsZeros() throws Exception {
    Path path = directory.resolve("image");
    byte[] ones = new byte[3 * Blocks.SIZE];
    Arrays.fill(ones, (byte) 1);
    Files.write(path, ones);
    LocalOrigin first = LocalOrigin.inspect(path).first(Blocks.SIZE + 10);

    byte[] block = new byte[Blocks.SIZE];
    try (SegmentLister lister = new LocalLister(first);
        BlockReader reader = first.openReader()) {
      List<SegmentDescriptor> listed = lister.list(0, 1).descriptors();
      assertThat(listed).singleElement().matches(descriptor -> descriptor.move() == 0b11);
      reader.read(listed.get(0), 1, block);
    }

    byte[] expected = new byte[Blocks.SIZE];
    Arrays.fill(expected, 0, 10, (byte) 1);
    assertThat(block).isEqualTo(expected);
    assertThat(first.isBlockDevice()).isFalse();
  }

  @Test
  void tellsThatTheFileChanged() throws IOException {
    Path file = file(100);
    LocalOrigin origin = LocalOrigin.inspect(file);
    Fingerprint before = origin.fingerprint();
    assertThat(origin.fingerprint()).isEqualTo(before);

    Files.setLastModifiedTime(file, FileTime.fromMillis(1));
    assertThat(origin.fingerprint()).isEqualTo(new Fingerprint(100, 1_000_000));
    setLength(file, 101);
    assertThat(origin.fingerprint().bytes()).isEqualTo(101);
  }

  @Test
  void aReadThatFailsNamesThePathAndTheBlock() throws Exception {
    Path file = file(2 * Blocks.SIZE);
    BlockReader reader = LocalOrigin.inspect(file).openReader();
    SegmentDescriptor second = new SegmentDescriptor(0, 0b10, 0, List.of());
    reader.read(second, 0, new byte[Blocks.SIZE]);
    reader.close();

    assertThatIOException()
        .isThrownBy(() -> reader.read(second, 0, new byte[Blocks.SIZE]))
        .withMessageStartingWith("Cannot read block 1 of " + file);
  }

  @Test
  void anInterruptedReadSaysSo() throws Exception {
    try (BlockReader reader = LocalOrigin.inspect(file(1)).openReader()) {
      SegmentDescriptor first = new SegmentDescriptor(0, 1, 0, List.of());
      Thread.currentThread().interrupt();
      assertThatExceptionOfType(InterruptedException.class)
          .isThrownBy(() -> reader.read(first, 0, new byte[Blocks.SIZE]));
      assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }
  }
}
