package org.snapshotproxy.connectors.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.junit.jupiter.api.Assumptions;
import org.snapshotproxy.connectors.base.BlockReader;
import org.snapshotproxy.connectors.base.BlockWriter;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.Masks;
import org.snapshotproxy.connectors.base.Seal;
import org.snapshotproxy.connectors.base.Sealer;
import org.snapshotproxy.connectors.base.SegmentDescriptor;
import org.snapshotproxy.connectors.base.source.SegmentLister;

/** Any image: sizes, holes, written zeros, tails. */
class ImagePropertiesTest {
  private static Path directory;

  @BeforeContainer
  static void makeDirectory() throws IOException {
    directory = Files.createTempDirectory("fsp-images");
  }

  @AfterContainer
  static void deleteDirectory() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }

  @Provide
  Arbitrary<Image> images() {
    Arbitrary<Long> sizes =
        Arbitraries.oneOf(
            Arbitraries.longs().between(1, 3 * Blocks.SEGMENT_SIZE),
            Arbitraries.integers().between(1, 3 * 64).map(Blocks::offset),
            Arbitraries.of(1L, 511L, Blocks.SEGMENT_SIZE - 1, Blocks.SEGMENT_SIZE + 1));
    Arbitrary<Image.Extent> extents =
        Combinators.combine(
                Arbitraries.doubles().between(0, 1),
                Arbitraries.integers().between(1, 3 * Blocks.SIZE),
                Arbitraries.of(true, false))
            .as(Image.Extent::new);
    return Combinators.combine(sizes, extents.list().ofMaxSize(8)).as(Image::new);
  }

  @Property(tries = 60)
  void listsExactlyTheBlocksThatWereWritten(
      @ForAll("images") Image image, @ForAll("holes") Holes holes, @ForAll Random random)
      throws Exception {
    Path file = image.create(directory.resolve("listed"));
    long volume = image.volumeBytes() + random.nextInt(3) * Blocks.SEGMENT_SIZE;
    LocalOrigin inspected = LocalOrigin.inspect(file);
    LocalOrigin origin =
        holes == Holes.CLEAR ? inspected.covering(volume) : inspected.withHoles(holes);

    BitSet moved = new BitSet();
    BitSet cleared = new BitSet();
    int previous = -1;
    for (SegmentDescriptor descriptor : list(origin, random)) {
      assertThat(descriptor.segment()).isGreaterThan(previous);
      assertThat(descriptor.move() | descriptor.clear()).isNotZero();
      previous = descriptor.segment();
      Masks.forEachRun(previous, descriptor.move(), (first, n) -> moved.set(first, first + n));
      Masks.forEachRun(previous, descriptor.clear(), (first, n) -> cleared.set(first, first + n));
    }

    BitSet all = new BitSet();
    all.set(0, Blocks.blocksFor(image.size()));
    BitSet unlisted = new BitSet();
    unlisted.set(0, Blocks.blocksFor(volume));
    unlisted.andNot(image.touched());
    assertThat(moved).isEqualTo(holes == Holes.MOVE ? all : image.touched());
    assertThat(cleared).isEqualTo(holes == Holes.CLEAR ? unlisted : new BitSet());
  }

  @Provide
  Arbitrary<Holes> holes() {
    return Arbitraries.of(Holes.class);
  }

  /** Over any ranges, each by a lister of its own, as the source does it. */
  private static List<SegmentDescriptor> list(LocalOrigin origin, Random random) throws Exception {
    int segments =
        Blocks.segmentsFor(origin.holes() == Holes.CLEAR ? origin.volumeBytes() : origin.bytes());
    List<SegmentDescriptor> listed = new ArrayList<>();
    int from = 0;
    while (from < segments) {
      int to = from + 1 + random.nextInt(segments - from);
      try (SegmentLister lister = new LocalLister(origin)) {
        while (from < to) {
          SegmentLister.Page page = lister.list(from, to);
          assertThat(page.next()).isGreaterThan(from).isLessThanOrEqualTo(to);
          listed.addAll(page.descriptors());
          from = page.next();
        }
      }
    }
    return listed;
  }

  @Property(tries = 40)
  void comesBackByteForByteAndTakesNoMoreSpace(
      @ForAll("images") Image image, @ForAll boolean existed, @ForAll Random random)
      throws Exception {
    Path file = image.create(directory.resolve("source"));
    Path target = directory.resolve("target");
    Files.deleteIfExists(target);
    if (existed) {
      Files.write(target, new byte[] {1, 2, 3});
    }
    LocalOrigin origin = LocalOrigin.inspect(file);
    LocalTarget asked = new LocalTarget(target, image.volumeBytes(), false, false);
    LocalDestination destination = asked.prepare("run-1").destination();

    move(list(origin, random), origin, destination, random);
    try (Sealer sealer = destination.openSealer()) {
      sealer.seal(new Seal(0, 0, 0, new byte[32], ""));
    }

    assertThat(Files.readAllBytes(target)).isEqualTo(image.content());
    // Only its blocks that are not zero, and the file system's own pointers to them.
    long needed = (long) image.touched().cardinality() * Blocks.SIZE;
    assertThat(Shell.allocated(target)).isLessThanOrEqualTo(needed + 64 * 1024);
  }

  /** In any order, some segments twice, as after a failure. */
  private static void move(
      List<SegmentDescriptor> descriptors,
      LocalOrigin origin,
      LocalDestination destination,
      Random random)
      throws Exception {
    List<SegmentDescriptor> order = new ArrayList<>(descriptors);
    descriptors.stream().filter(each -> random.nextBoolean()).forEach(order::add);
    Collections.shuffle(order, random);
    try (BlockReader reader = origin.openReader();
        BlockWriter writer = destination.openWriter()) {
      for (SegmentDescriptor descriptor : order) {
        int[] indexes = descriptor.moveIndexes();
        for (int i = 0; i < indexes.length; i++) {
          byte[] bytes = new byte[Blocks.SIZE];
          Arrays.fill(bytes, (byte) 0x55); // what the reader does not fill shows
          assertThat(reader.read(descriptor, i, bytes)).isNull();
          writer.put(Image.block(indexes[i], bytes));
        }
      }
      writer.sync();
    }
  }

  @Example
  void theFileSystemOfTheseTestsKnowsHoles() throws Exception {
    Assumptions.assumeTrue(Linux.PRESENT, "SEEK_HOLE is asked on 64-bit Linux only");
    Image hole = new Image(Blocks.SEGMENT_SIZE, List.of());
    assertThat(Shell.allocated(hole.create(directory.resolve("hole")))).isZero();
    assertThat(list(LocalOrigin.inspect(directory.resolve("hole")), new Random(1))).isEmpty();
  }
}
