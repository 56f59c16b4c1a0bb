package org.snapshotproxy.connectors.ebs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
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
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.base.SegmentDescriptor;
import org.snapshotproxy.endpoint.store.SyntheticSpec;

/** Listing against what is known to be in a snapshot, whatever the pages look like. */
class EbsListerTest {
  /** Segments of one GiB. */
  private static final int SEGMENTS = 32;

  private static final Set<Integer> BLOCKS =
      Set.of(0, 1, 62, 63, 64, 200, 201, 202, 640, 1000, 1023, 1024, 2046, 2047);

  private LocalEbs ebs;

  @BeforeEach
  void start() throws Exception {
    ebs = new LocalEbs();
  }

  @AfterEach
  void stop() throws Exception {
    ebs.close();
  }

  private static Set<Integer> within(Set<Integer> blocks, int from, int to) {
    Set<Integer> within = new TreeSet<>(blocks);
    within.removeIf(block -> block < from * 64 || block >= to * 64);
    return within;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "short-page:size=1",
        "short-page:size=3",
        "short-page:size=63",
        "short-page",
        "empty-page:every=2",
        "empty-page:p=0.7"
      })
  void anyRangeIsListedWholeWhateverThePages(String pages) throws Exception {
    SnapshotView view = ebs.view(ebs.snapshot(BLOCKS), EbsOrigin.Unlisted.IGNORE);
    ebs.fault(pages);
    SplittableRandom random = new SplittableRandom(pages.hashCode());
    for (int i = 0; i < 8; i++) {
      int from = random.nextInt(SEGMENTS);
      int to = random.nextInt(from + 1, SEGMENTS + 1);

      List<SegmentDescriptor> listed = list(view, from, to);

      assertThat(moved(listed)).as(from + " to " + to).isEqualTo(within(BLOCKS, from, to));
      assertThat(listed).extracting(SegmentDescriptor::segment).isSorted().doesNotHaveDuplicates();
    }
  }

  @Test
  void everyBlockComesWithItsOwnToken() throws Exception {
    String id = ebs.snapshot(BLOCKS);

    for (SegmentDescriptor descriptor :
        list(ebs.view(id, EbsOrigin.Unlisted.IGNORE), 0, SEGMENTS)) {
      int[] indexes = descriptor.moveIndexes();
      for (int i = 0; i < indexes.length; i++) {
        int block = indexes[i];
        String token = descriptor.tokens().get(i);
        assertThat(
                ebs.plain()
                    .getSnapshotBlockAsBytes(
                        r -> r.snapshotId(id).blockIndex(block).blockToken(token))
                    .asByteArray())
            .isEqualTo(LocalEbs.content(block));
      }
    }
  }

  @Test
  void aCountNeedsNoTokens() throws Exception {
    SnapshotView view =
        new SnapshotView(ebs.access(), ebs.snapshot(BLOCKS), 1, EbsOrigin.Unlisted.IGNORE, false);

    assertThat(list(view, 0, SEGMENTS)).allMatch(each -> each.tokens().isEmpty());
  }

  @Test
  void whatIsNotListedIsClearedAndNothingElse() throws Exception {
    SnapshotView view = ebs.view(ebs.snapshot(BLOCKS), EbsOrigin.Unlisted.CLEAR);
    ebs.fault("short-page:size=2");

    List<SegmentDescriptor> listed = list(view, 0, SEGMENTS);

    Set<Integer> others = new TreeSet<>();
    for (int block = 0; block < 2048; block++) {
      if (!BLOCKS.contains(block)) {
        others.add(block);
      }
    }
    assertThat(moved(listed)).isEqualTo(new TreeSet<>(BLOCKS));
    assertThat(cleared(listed)).isEqualTo(others);
    assertThat(listed).hasSize(SEGMENTS);
  }

  @Test
  void anEmptySnapshotIsAllClearedOrNothing() throws Exception {
    String id = ebs.snapshot(Set.of());

    assertThat(list(ebs.view(id, EbsOrigin.Unlisted.IGNORE), 0, SEGMENTS)).isEmpty();
    assertThat(cleared(list(ebs.view(id, EbsOrigin.Unlisted.CLEAR), 0, SEGMENTS))).hasSize(2048);
  }

  @Test
  void theLastSegmentsOf64TiBAreListedToTheLastBlock() throws Exception {
    String id = ebs.control().synthetic(LocalEbs.REGION, 65_536, SyntheticSpec.full(1, 1));
    SnapshotView view = new SnapshotView(ebs.access(), id, 65_536, EbsOrigin.Unlisted.CLEAR, true);

    assertThat(list(view, 2_097_149, 2_097_152))
        .extracting(SegmentDescriptor::segment, SegmentDescriptor::move)
        .containsExactly(tuple(2_097_149, -1L), tuple(2_097_150, -1L), tuple(2_097_151, -1L));
  }

  @Test
  void aFullyAllocatedRangeOfOnePageTakesOneRequest() throws Exception {
    String id = ebs.control().synthetic(LocalEbs.REGION, 8, SyntheticSpec.full(1, 1));
    SnapshotView view = new SnapshotView(ebs.access(), id, 8, EbsOrigin.Unlisted.IGNORE, true);

    assertThat(list(view, 0, 156)).hasSize(156);

    assertThat(ebs.answered("ListSnapshotBlocks", "ok")).isEqualTo(1);
  }

  @Test
  void aPageTokenThatExpiredIsReplacedByAnIndex() throws Exception {
    SnapshotView view = ebs.view(ebs.snapshot(BLOCKS), EbsOrigin.Unlisted.IGNORE);
    ebs.fault("short-page:size=1");
    ebs.fault("expired-page-token:every=3");

    assertThat(moved(list(view, 0, SEGMENTS))).isEqualTo(new TreeSet<>(BLOCKS));
  }

  @Test
  void throttlesResetsAndServerErrorsOfAListPass() throws Exception {
    SnapshotView view = ebs.view(ebs.snapshot(BLOCKS), EbsOrigin.Unlisted.IGNORE);
    ebs.fault("throttle:op=ListSnapshotBlocks,n=1");
    ebs.fault("server-error:op=ListSnapshotBlocks,n=1");
    ebs.fault("reset:op=ListSnapshotBlocks,n=1");
    ebs.fault("truncate:op=ListSnapshotBlocks,n=1");

    assertThat(moved(list(view, 0, SEGMENTS))).isEqualTo(new TreeSet<>(BLOCKS));
  }

  @Test
  void aVolumeOfAnotherSizeThanPlannedIsRefused() {
    String id = ebs.snapshot(BLOCKS);
    SnapshotView view = new SnapshotView(ebs.access(), id, 2, EbsOrigin.Unlisted.IGNORE, true);

    assertThatThrownBy(() -> list(view, 0, 64))
        .isInstanceOf(FspException.class)
        .hasMessageContaining("volume size 1 GiB")
        .hasMessageContaining("not 2 GiB");
  }
}
