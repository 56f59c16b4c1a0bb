package org.snapshotproxy.connectors.ebs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.snapshotproxy.connectors.ebs.Listings.cleared;
import static org.snapshotproxy.connectors.ebs.Listings.list;
import static org.snapshotproxy.connectors.ebs.Listings.moved;

import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.base.SegmentDescriptor;
import org.snapshotproxy.connectors.base.source.SegmentLister;

/** The changes between two snapshots against how the second was made from the first. */
class DeltaListerTest {
  private static final int SEGMENTS = 32;
  private static final Set<Integer> FIRST =
      Set.of(0, 1, 62, 63, 64, 200, 201, 202, 640, 1000, 1023, 1024, 2046, 2047);

  /** Of the second's own blocks: 1, 63, 640 and 2047 are changed, the others are new. */
  private static final Set<Integer> OWN = Set.of(1, 2, 63, 65, 640, 900, 1500, 2045, 2047);

  private static final Set<Integer> GONE = Set.of(0, 200, 201, 1023, 1024, 2046);

  private LocalEbs ebs;
  private String first;
  private String second;

  @BeforeEach
  void start() throws Exception {
    ebs = new LocalEbs();
    first = ebs.snapshot(FIRST);
    second = child(1, OWN);
  }

  private String child(int gib, Set<Integer> own) throws Exception {
    String id = ebs.child(first, gib, own);
    for (int block : GONE) {
      ebs.control().loseBlocks(id, block, 1);
    }
    return id;
  }

  @AfterEach
  void stop() throws Exception {
    ebs.close();
  }

  private DeltaView changes(String to, int gib, boolean clearGrowth) {
    SnapshotView view = new SnapshotView(ebs.access(), to, gib, EbsOrigin.Unlisted.IGNORE, true);
    return new DeltaView(new SnapshotInfo(first, 1), view, clearGrowth);
  }

  private DeltaView changes() {
    return changes(second, 1, false);
  }

  private static Set<Integer> within(Set<Integer> blocks, int from, int to) {
    Set<Integer> within = new TreeSet<>(blocks);
    within.removeIf(block -> block < from * 64 || block >= to * 64);
    return within;
  }

  private static Set<Integer> present() {
    Set<Integer> present = new TreeSet<>(FIRST);
    present.addAll(OWN);
    present.removeAll(GONE);
    return present;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "latency:ms=1",
        "short-page:size=1",
        "short-page:size=5",
        "short-page",
        "empty-page:every=2",
        "empty-page:p=0.7"
      })
  void anyRangeOfTheChangesIsListedWholeWhateverThePages(String pages) throws Exception {
    ebs.fault(pages);
    SplittableRandom random = new SplittableRandom(pages.hashCode());
    for (int i = 0; i < 8; i++) {
      int from = random.nextInt(SEGMENTS);
      int to = random.nextInt(from + 1, SEGMENTS + 1);

      List<SegmentDescriptor> listed = list(changes(), from, to);

      assertThat(moved(listed)).as(from + " to " + to).isEqualTo(within(OWN, from, to));
      assertThat(cleared(listed)).as(from + " to " + to).isEqualTo(within(GONE, from, to));
      assertThat(listed).extracting(SegmentDescriptor::segment).isSorted().doesNotHaveDuplicates();
    }
  }

  @Test
  void pageTokensThatExpireAreReplacedByAnIndex() throws Exception {
    ebs.fault("short-page:size=1");
    ebs.fault("expired-page-token:every=3");

    List<SegmentDescriptor> listed = list(changes(), 0, SEGMENTS);

    assertThat(moved(listed)).isEqualTo(new TreeSet<>(OWN));
    assertThat(cleared(listed)).isEqualTo(new TreeSet<>(GONE));
  }

  @ParameterizedTest
  @ValueSource(strings = {"latency:ms=1", "short-page:size=1", "short-page", "empty-page:p=0.7"})
  void everythingIsWhatTheSecondHasAndTheClearsOfTheChanges(String pages) throws Exception {
    ebs.fault(pages);
    DeltaView changes = changes();
    try (SegmentLister lister =
        new FullDeltaLister(new EbsLister(changes.second()), new EbsLister(changes))) {
      List<SegmentDescriptor> listed = list(lister, 0, SEGMENTS);

      assertThat(moved(listed)).isEqualTo(present());
      assertThat(cleared(listed)).isEqualTo(new TreeSet<>(GONE));
      assertThat(listed).extracting(SegmentDescriptor::segment).isSorted().doesNotHaveDuplicates();
      assertThat(moved(list(lister, 3, 16))).isEqualTo(within(present(), 3, 16));
    }
  }

  @Test
  void aVolumeThatGrewIsListedToItsNewEnd() throws Exception {
    String grown = child(2, Set.of(5, 2048, 4095));

    List<SegmentDescriptor> listed = list(changes(grown, 2, false), 0, 2 * SEGMENTS);

    assertThat(moved(listed)).containsExactly(5, 2048, 4095);
    assertThat(cleared(listed)).isEqualTo(new TreeSet<>(GONE));
  }

  @Test
  void whatAVolumeGrewByIsClearedWhereItIsNotListed() throws Exception {
    String grown = child(2, Set.of(5, 2048, 4095));
    ebs.fault("short-page:size=1");

    List<SegmentDescriptor> listed = list(changes(grown, 2, true), 0, 2 * SEGMENTS);

    Set<Integer> expected = new TreeSet<>(GONE);
    for (int block = 2049; block < 4095; block++) {
      expected.add(block);
    }
    assertThat(moved(listed)).containsExactly(5, 2048, 4095);
    assertThat(cleared(listed)).isEqualTo(expected);
  }

  @Test
  void theSizeOfTheSmallerVolumeIsAcceptedToo() {
    DeltaView changes = changes(second, 2, false);

    changes.check(1L, Blocks.SIZE, 1);
    changes.check(2L, Blocks.SIZE, 1);

    assertThatExceptionOfType(FspException.class)
        .isThrownBy(() -> changes.check(3L, Blocks.SIZE, 1))
        .withMessageContaining("volume size 3 GiB");
  }

  @Test
  void everyChangedBlockIsReadByItsTokenAndByOneListedAnew() throws Exception {
    DeltaView changes = changes();
    byte[] into = new byte[Blocks.SIZE];
    try (EbsBlockReader reader = new EbsBlockReader(changes.second())) {
      for (SegmentDescriptor descriptor : list(changes, 0, SEGMENTS)) {
        ebs.control().clearFaults();
        ebs.fault("expired-block-token:n=1");
        int[] indexes = descriptor.moveIndexes();
        for (int i = 0; i < indexes.length; i++) {
          assertThat(reader.read(descriptor, i, into)).isEqualTo(LocalEbs.sha256(into));
          assertThat(into).isEqualTo(LocalEbs.content(indexes[i] + LocalEbs.CHANGED));
        }
      }
    }
  }

  @Test
  void aSnapshotHasNoChangesFromItself() throws Exception {
    DeltaView none =
        new DeltaView(
            new SnapshotInfo(second, 1), ebs.view(second, EbsOrigin.Unlisted.IGNORE), false);

    assertThat(list(none, 0, SEGMENTS)).isEmpty();
  }

  @Test
  void unrelatedSnapshotsAreRefusedWithWhatToUseInstead() {
    String stranger = ebs.snapshot(Set.of(1));

    assertThatExceptionOfType(FspException.class)
        .isThrownBy(() -> list(changes(stranger, 1, false), 0, SEGMENTS))
        .withMessageContainingAll(first, stranger, "one lineage", "copy", "download", "verify");
    try (Snapshots snapshots = new Snapshots(ebs.access())) {
      assertThatExceptionOfType(FspException.class)
          .isThrownBy(() -> snapshots.compare(first, stranger))
          .withMessageContainingAll(first, stranger, "one lineage");
    }
  }

  @Test
  void twoSnapshotsAreComparedInTheOrderOfTheirSizesOnly() throws Exception {
    String grown = child(2, Set.of());
    try (Snapshots snapshots = new Snapshots(ebs.access())) {
      assertThat(snapshots.compare(first, grown))
          .isEqualTo(new DeltaInfo(new SnapshotInfo(first, 1), new SnapshotInfo(grown, 2)));
      assertThatExceptionOfType(FspException.class)
          .isThrownBy(() -> snapshots.compare(grown, first))
          .withMessageContainingAll(grown, first, "2 GiB", "1 GiB", "never shrinks");
    }
  }
}
