package org.snapshotproxy.pipelines.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeContainer;
import net.jqwik.api.lifecycle.BeforeTry;
import org.snapshotproxy.pipelines.cli.DiskImage.Extent;

/** Whatever the image: uploaded, copied and downloaded, every byte comes back. */
class RoundTripTest {
  private static final int BLOCK = DiskImage.BLOCK;
  private static TestCloud cloud;
  private Path directory;

  @BeforeContainer
  static void start() throws IOException {
    cloud = TestCloud.start();
  }

  @AfterContainer
  static void stop() throws IOException {
    cloud.close();
  }

  @BeforeTry
  void makeDirectory() throws IOException {
    directory = Files.createTempDirectory("round-trip");
  }

  @AfterTry
  void removeDirectory() throws IOException {
    try (var files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }

  @Property(tries = 6, shrinking = ShrinkingMode.OFF)
  void anyImageComesBackByteForByte(@ForAll("images") DiskImage image) throws IOException {
    String uploaded = upload(image);
    String copied =
        cloud.fsp("-o", "us-east-1", "copy", uploaded, "-d", "eu-west-1").succeeded().lastLine();
    assertComesBack(image, "eu-west-1", copied);
  }

  @Property
  @Tag("either-line")
  void anImageWhoseSizeIsASpecialOneComesBackByteForByte(@ForAll("specialSizes") DiskImage image)
      throws IOException {
    // A copy is of blocks, and knows nothing of the image's size.
    String uploaded = upload(image);
    assertComesBack(image, "us-east-1", uploaded);
  }

  @Provide
  Arbitrary<DiskImage> images() {
    Arbitrary<Long> sizes = Arbitraries.longs().between(1, 96L * BLOCK);
    Arbitrary<Long> seeds = Arbitraries.longs().between(1, 1L << 40);
    return Combinators.combine(sizes, seeds, Arbitraries.integers().between(0, 8))
        .as(RoundTripTest::image);
  }

  private static DiskImage image(long size, long seed, int extents) {
    Random random = new Random(seed);
    List<Extent> written =
        random
            .longs(extents, 0, size)
            .mapToObj(
                start ->
                    new Extent(
                        start,
                        (int) Math.min(1 + random.nextInt(4 * BLOCK), size - start),
                        random.nextInt(3) == 0 ? 0 : 1 + random.nextInt(1 << 30)))
            .toList();
    return new DiskImage(size, written);
  }

  /** A byte, a block and a GiB, each with its neighbours. */
  @Provide
  Arbitrary<DiskImage> specialSizes() {
    return Arbitraries.of(
        DiskImage.full(1, 1),
        DiskImage.full(BLOCK - 1, 2),
        DiskImage.full(BLOCK, 3),
        DiskImage.full(BLOCK + 1, 4),
        DiskImage.full(64L * BLOCK + 1, 5),
        DiskImage.sparse(DiskImage.GIB - 1, 6),
        DiskImage.sparse(DiskImage.GIB, 7),
        DiskImage.sparse(DiskImage.GIB + 1, 8));
  }

  private String upload(DiskImage image) throws IOException {
    Path original = image.create(directory.resolve("original.img"));
    String uploaded =
        cloud.fsp("upload", original.toString(), "-d", "us-east-1").succeeded().lastLine();
    // The original is as it was.
    Shell.assertSameBytes(image.create(directory.resolve("again")), original);
    return uploaded;
  }

  private void assertComesBack(DiskImage image, String region, String snapshot) throws IOException {
    Path restored = directory.resolve("restored.img");

    cloud.fsp("-o", region, "download", snapshot, restored.toString()).succeeded();

    Path volume = image.as(directory.resolve("volume"), image.volumeGiB() * DiskImage.GIB);
    Shell.assertSameBytes(volume, restored);
  }
}
