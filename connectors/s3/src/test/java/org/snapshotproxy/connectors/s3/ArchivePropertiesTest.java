package org.snapshotproxy.connectors.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.snapshotproxy.connectors.base.Blocks;

/** Any volume, archived and read back, whole and by increments. */
@Tag("either-line")
class ArchivePropertiesTest {
  /** Blocks of the volumes that are made here, scattered over three sections of the index. */
  private static final long FAR = 2L * IndexSection.SEGMENTS * Blocks.SEGMENT_SIZE;

  /** A seed that no volume has. */
  private static final long OTHER = -1;

  private static Bucket bucket;

  @BeforeContainer
  static void makeBucket() throws IOException {
    bucket = Bucket.create();
  }

  @AfterContainer
  static void closeBucket() {
    bucket.close();
  }

  @Provide
  Arbitrary<ObjectOptions> options() {
    return Combinators.combine(Arbitraries.of(1, 2, 4, 8, 16, 32, 64), Arbitraries.of(1, 3, 9))
        .as(Make::options);
  }

  @Provide
  Arbitrary<S3Location> places() {
    return Arbitraries.of("", "backups/", "a_b/c=d@2024!/").map(bucket::at);
  }

  /** Lengths: of whole blocks, of a few bytes, with a tail; near the start or far out. */
  @Provide
  Arbitrary<Volume> volumes() {
    Arbitrary<Long> lengths =
        Arbitraries.oneOf(
            Arbitraries.longs().between(1, 4 * Blocks.SEGMENT_SIZE),
            Arbitraries.integers().between(1, 4 * 64).map(Blocks::offset),
            Arbitraries.longs().between(FAR, FAR + Blocks.SEGMENT_SIZE),
            Arbitraries.of(1L, (long) Blocks.SIZE, Blocks.SIZE + 1L, Blocks.SEGMENT_SIZE - 1));
    return lengths.flatMap(ArchivePropertiesTest::volume);
  }

  private static Arbitrary<Volume> volume(long bytes) {
    int blocks = Blocks.blocksFor(bytes);
    Arbitrary<Set<Integer>> scattered =
        Arbitraries.integers().between(0, blocks - 1).set().ofMaxSize(Math.min(blocks, 10));
    Arbitrary<Set<Integer>> runs =
        Combinators.combine(
                Arbitraries.integers().between(0, blocks - 1),
                Arbitraries.integers().between(1, 70))
            .as(
                (first, count) -> {
                  Set<Integer> run = new TreeSet<>();
                  for (int i = first; i < Math.min(blocks, first + count); i++) {
                    run.add(i);
                  }
                  return run;
                });
    return Combinators.combine(
            Arbitraries.oneOf(scattered, runs), Arbitraries.longs().between(0, 99))
        .as(
            (indexes, salt) -> {
              NavigableMap<Integer, Long> seeds = new TreeMap<>();
              indexes.forEach(index -> seeds.put(index, (index + salt) % 5));
              return new Volume(bytes, seeds);
            });
  }

  @Property(tries = 25)
  void anyVolumeComesBackByteForByte(
      @ForAll("volumes") Volume volume,
      @ForAll("options") ObjectOptions options,
      @ForAll("places") S3Location place)
      throws Exception {
    ArchiveDestination to =
        Make.destination(bucket.access(), place, Make.name(), options, volume, null);

    Transfer.all(to, volume);

    Transfer.assertHolds(Make.found(to), volume);
  }

  @Provide
  Arbitrary<List<Volume>> histories() {
    long bytes = 3 * Blocks.SEGMENT_SIZE;
    return volume(bytes)
        .list()
        .ofSize(4)
        // Volumes grow, and images shrink too.
        .flatMap(
            states ->
                Arbitraries.longs()
                    .between(bytes - 70L * Blocks.SIZE, bytes + 70L * Blocks.SIZE)
                    .list()
                    .ofSize(4)
                    .map(lengths -> cut(states, lengths)));
  }

  private static List<Volume> cut(List<Volume> states, List<Long> lengths) {
    return IntStream.range(0, states.size())
        .mapToObj(
            i ->
                new Volume(
                    lengths.get(i),
                    new TreeMap<>(
                        states.get(i).blocks().headMap(Blocks.blocksFor(lengths.get(i)), false))))
        .toList();
  }

  @Property(tries = 12)
  void everyPointOfAHistoryComesBackWhole(
      @ForAll("histories") List<Volume> history, @ForAll("options") ObjectOptions options)
      throws Exception {
    Archive parent = null;
    Volume before = null;
    List<Archive> points = new ArrayList<>();
    for (Volume state : history) {
      ArchiveDestination to =
          Make.destination(bucket.access(), bucket.at(""), Make.name(), options, state, parent);
      if (parent == null) {
        Transfer.all(to, state);
      } else {
        Transfer.delta(to, sameTail(before, state), state);
        int objects = bucket.keys(to.archive() + "/data/").size();
        assertThat(objects).isLessThanOrEqualTo(state.changed(sameTail(before, state)).size());
      }
      parent = Make.found(to);
      before = state;
      points.add(parent);
    }

    for (int i = 0; i < history.size(); i++) {
      Transfer.assertHolds(points.get(i), history.get(i));
    }
  }

  /**
   * The state before as the changes are found: a block that a length cuts elsewhere now is another.
   */
  private static Volume sameTail(Volume before, Volume after) {
    if (before.bytes() == after.bytes()) {
      return before;
    }
    Volume cut = before;
    for (long end : List.of(before.bytes(), after.bytes())) {
      int last = Blocks.blocksFor(end) - 1;
      cut = cut.blocks().containsKey(last) ? cut.with(last, OTHER) : cut;
    }
    return new Volume(
        after.bytes(), new TreeMap<>(cut.blocks().headMap(Blocks.blocksFor(after.bytes()), false)));
  }
}
