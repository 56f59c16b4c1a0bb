package org.snapshotproxy.connectors.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snapshotproxy.connectors.base.Blocks;

/** The page about the format is enough to read an archive, and so is the zstd command. */
class SecondReaderTest {
  private static final Volume VOLUME =
      Volume.of(Blocks.offset(403) - 1000, 0, 1, 5, 63, 64, 402)
          .with(2, Volume.ZEROS)
          .with(7, Volume.RANDOM);

  private static Bucket bucket;

  @TempDir private Path directory;

  @BeforeAll
  static void makeBucket() throws IOException {
    bucket = Bucket.create();
  }

  @AfterAll
  static void closeBucket() {
    bucket.close();
  }

  private Archive archived(ObjectOptions options, Volume before, Volume after, Archive parent)
      throws Exception {
    ArchiveDestination to =
        Make.destination(
            bucket.access(), bucket.at("some/where/"), Make.name(), options, after, parent);
    if (parent == null) {
      Transfer.all(to, after);
    } else {
      Transfer.delta(to, before, after);
    }
    return Make.found(to);
  }

  private void assertRestores(Archive archive, Volume volume) throws Exception {
    Path file = directory.resolve(archive.manifest().name());
    new SecondReader(bucket.s3(), bucket.name(), "some/where/")
        .restore(archive.manifest().name(), file);

    assertThat(Files.size(file)).isEqualTo(volume.bytes());
    try (InputStream image = Files.newInputStream(file)) {
      long at = 0;
      for (int block : volume.blocks().keySet()) {
        assertZeros(image, Blocks.offset(block) - at);
        int length = (int) Math.min(Blocks.SIZE, volume.bytes() - Blocks.offset(block));
        assertThat(image.readNBytes(length))
            .as("block %s", block)
            .isEqualTo(Arrays.copyOf(volume.block(block), length));
        at = Blocks.offset(block) + length;
      }
      assertZeros(image, volume.bytes() - at);
    }
  }

  private static void assertZeros(InputStream image, long count) throws IOException {
    for (long left = count; left > 0; left -= Blocks.SIZE) {
      int length = (int) Math.min(Blocks.SIZE, left);
      assertThat(image.readNBytes(length)).isEqualTo(new byte[length]);
    }
  }

  @Test
  void aReaderWrittenFromThePageRestoresAnArchiveAndItsIncrements() throws Exception {
    Archive first = archived(Make.options(4, 3), null, VOLUME, null);
    Volume second = VOLUME.with(1, 77).without(64).with(300, 5);
    Archive child = archived(Make.options(64, 9), VOLUME, second, first);
    Volume third = second.without(0).with(64, 8);
    Archive grandchild = archived(Make.options(64, 1), second, third, child);

    assertRestores(first, VOLUME);
    assertRestores(child, second);
    assertRestores(grandchild, third);
  }

  @Test
  void theZstdCommandGivesTheRawBlocksOfADataObject() throws Exception {
    Assumptions.assumeTrue(hasZstd(), "there is no zstd command on this machine");
    Volume volume = Volume.of(Blocks.SEGMENT_SIZE, 3, 4, 9).with(10, Volume.RANDOM);
    Archive archive = Make.archive(bucket, Make.options(64, 3), volume);
    Path object = directory.resolve("object.zst");
    Files.write(object, bucket.get(new Forgery(bucket, archive).dataKey(0)));

    assertThat(run("zstd", "-q", "-t", object.toString())).isZero();
    assertThat(run("zstd", "-q", "-d", object.toString())).isZero();

    assertThat(Files.readAllBytes(directory.resolve("object")))
        .isEqualTo(
            Forgery.join(volume.block(3), volume.block(4), volume.block(9), volume.block(10)));
  }

  @Test
  void whatTheZstdCommandCompressesAsAStreamIsReadInTheReferenceToolsLayout() throws Exception {
    Assumptions.assumeTrue(hasZstd(), "there is no zstd command on this machine");
    Volume volume = Volume.of(Blocks.GIB, 3, 4, 70);
    String name = Make.name();
    for (List<Integer> run : List.of(List.of(3, 4), List.of(70))) {
      byte[] raw = Forgery.join(run.stream().map(volume::block).toArray(byte[][]::new));
      Path file = directory.resolve("raw");
      Files.write(file, raw);
      Path compressed = directory.resolve("compressed");
      Process zstd =
          new ProcessBuilder("zstd", "-q", "-c", "-19", "--no-check")
              .redirectInput(file.toFile())
              .redirectOutput(compressed.toFile())
              .start();
      assertThat(zstd.waitFor()).isZero();
      bucket.put(
          name + ".1/" + ReferenceTool.name(run.get(0), raw, run.size()),
          Files.readAllBytes(compressed));
    }

    try (ReferenceArchives archives = new ReferenceArchives(bucket.access(), bucket.at(""))) {
      Transfer.assertHolds(archives.find(name).orElseThrow(), volume);
    }
  }

  private static boolean hasZstd() throws InterruptedException {
    try {
      return run("zstd", "--version") == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static int run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }
}
