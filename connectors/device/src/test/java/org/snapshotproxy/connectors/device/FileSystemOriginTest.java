package org.snapshotproxy.connectors.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.flink.connector.file.src.FileSourceSplit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snapshotproxy.connectors.base.BlockReader;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.base.SegmentDescriptor;

class FileSystemOriginTest {
  @TempDir Path directory;

  private Path file(long bytes) throws Exception {
    Path file = directory.resolve("image");
    try (RandomAccessFile whole = new RandomAccessFile(file.toFile(), "rw")) {
      whole.setLength(bytes);
    }
    return file;
  }

  private static void refused(String uri, String... words) {
    assertThatExceptionOfType(FspException.class)
        .isThrownBy(() -> FileSystemOrigin.inspect(uri))
        .withMessageContainingAll(words);
  }

  @Test
  void refusesWhatCannotBeAnImage() throws Exception {
    refused("nonsense://bucket/key", "Flink has no file system for nonsense://bucket/key");
    refused(WatchedFileSystem.uri(directory.resolve("nothing")), "There is no file");
    refused(WatchedFileSystem.uri(directory), "is a directory");
    refused(WatchedFileSystem.uri(file(0)), "is empty");
    refused("", "is not an address of a file");
  }

  @Test
  void tellsLengthAndTimeOfTheImage() throws Exception {
    Path file = file(12345);
    FileSystemOrigin origin = FileSystemOrigin.inspect(WatchedFileSystem.uri(file));

    assertThat(origin.bytes()).isEqualTo(12345);
    assertThat(origin.fingerprint())
        .isEqualTo(new Fingerprint(12345, Files.getLastModifiedTime(file).toMillis() * 1_000_000));
  }

  @Test
  void splitsBeginAndEndAtSegmentsAndCoverAllOnce() throws Exception {
    long bytes = 41 * Blocks.SEGMENT_SIZE + 1;
    FileSystemOrigin origin = FileSystemOrigin.inspect(WatchedFileSystem.uri(file(bytes)));

    Collection<FileSourceSplit> splits =
        new SegmentSplits(origin)
            .enumerateSplits(
                new org.apache.flink.core.fs.Path[] {
                  new org.apache.flink.core.fs.Path(origin.uri())
                },
                1);

    long end = 0;
    for (FileSourceSplit split : splits) {
      assertThat(split.offset()).isEqualTo(end);
      assertThat(split.length() % Blocks.SEGMENT_SIZE).isZero();
      assertThat(split.fileSize()).isEqualTo(bytes);
      end += split.length();
    }
    assertThat(splits).hasSize(3);
    assertThat(end).isEqualTo(42 * Blocks.SEGMENT_SIZE);
  }

  @Test
  void anImageThatChangedSinceItWasLookedAtIsNotSplit() throws Exception {
    FileSystemOrigin origin = FileSystemOrigin.inspect(WatchedFileSystem.uri(file(1000)));
    file(999);

    assertThatExceptionOfType(FspException.class)
        .isThrownBy(() -> new SegmentSplits(origin).enumerateSplits(null, 1))
        .withMessageContaining("changed from 1000 bytes to 999 bytes");
  }

  @Test
  void manyThreadsReadThroughAsManyStreamsWhichAreAllClosed() throws Exception {
    byte[] content = new byte[37 * Blocks.SIZE + 4321];
    new Random(5).nextBytes(content);
    Path file = Files.write(directory.resolve("image"), content);
    byte[] padded = Arrays.copyOf(content, 38 * Blocks.SIZE);
    int threads = 4;
    int openedBefore = WatchedFileSystem.OPENED.get();
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try (BlockReader reader = FileSystemOrigin.inspect(WatchedFileSystem.uri(file)).openReader()) {
      SegmentDescriptor descriptor = new SegmentDescriptor(0, (1L << 38) - 1, 0, List.of());
      List<Future<byte[]>> blocks = new ArrayList<>();
      for (int i = 0; i < 38; i++) {
        int block = i;
        blocks.add(
            executor.submit(
                () -> {
                  byte[] into = new byte[Blocks.SIZE];
                  Arrays.fill(into, (byte) 0x55);
                  assertThat(reader.read(descriptor, block, into)).isNull();
                  return into;
                }));
      }
      for (int i = 0; i < 38; i++) {
        assertThat(blocks.get(i).get())
            .isEqualTo(Arrays.copyOfRange(padded, i * Blocks.SIZE, (i + 1) * Blocks.SIZE));
      }
      assertThat(WatchedFileSystem.OPENED.get() - openedBefore).isBetween(1, threads);
    } finally {
      executor.shutdownNow();
    }
    assertThat(WatchedFileSystem.OPEN).hasValue(0);
  }

  @Test
  void anImageThatShrinksWhileItIsReadFailsTheRun() throws Exception {
    SegmentDescriptor descriptor = new SegmentDescriptor(0, 0b11, 0, List.of());
    byte[] into = new byte[Blocks.SIZE];
    FileSystemOrigin origin =
        FileSystemOrigin.inspect(WatchedFileSystem.uri(file(2L * Blocks.SIZE)));
    try (BlockReader reader = origin.openReader()) {
      file(Blocks.SIZE + 7);
      assertThatExceptionOfType(FspException.class)
          .isThrownBy(() -> reader.read(descriptor, 1, into))
          .withMessageContaining("changed from 1048576 bytes to 524295 bytes");
      reader.read(descriptor, 0, into);
    }
    try (BlockReader reader = origin.openReader()) {
      Files.delete(directory.resolve("image"));
      assertThatExceptionOfType(FspException.class)
          .isThrownBy(() -> reader.read(descriptor, 0, into))
          .withMessageContaining("is gone since the run began");
    }
    assertThat(WatchedFileSystem.OPEN).hasValue(0);
  }
}
