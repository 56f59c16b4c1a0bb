package org.snapshotproxy.operators;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.snapshotproxy.connectors.base.Segment;
import org.snapshotproxy.connectors.base.SegmentDescriptor;

/** Who answers for a segment between its read and its receipt. */
class CustodyTest {
  @RegisterExtension static final MiniClusterExtension CLUSTER = Cluster.ofTwoSlots();

  private Set<Custody> kept;
  private Custody seven;

  @BeforeEach
  void keep() {
    kept = new LinkedHashSet<>();
    seven = new Custody(new SegmentDescriptor(7, 1, 0, List.of()), kept);
  }

  private static Segment segment(int number) {
    return new Segment(number, List.of(), 0, 0);
  }

  @Test
  void theFetchAnswersUntilItHandsTheSegmentDown() {
    assertThat(kept).containsExactly(seven);

    seven.handDown(() -> assertThat(kept).containsExactly(seven));

    assertThat(kept).isEmpty();
  }

  @Test
  void whoTakesPartIsWaitedFor() {
    List<Custody> taken = new ArrayList<>();
    seven.handDown(
        () -> {
          taken.add(Custody.take(segment(7)));
          taken.add(Custody.take(segment(7)));
        });

    taken.get(0).end();
    assertThat(kept).containsExactly(seven);
    taken.get(1).end();
    assertThat(kept).isEmpty();
  }

  @Test
  void onlyTheSegmentThatIsHandedDownCanBeTaken() {
    assertThat(Custody.take(segment(7))).isNull();
    seven.handDown(() -> assertThat(Custody.take(segment(8))).isNull());
    assertThat(Custody.take(segment(7))).isNull();
  }

  @Test
  void oneHandedDownWithinAnotherEndsAlone() {
    Custody eight = new Custody(new SegmentDescriptor(8, 1, 0, List.of()), kept);
    seven.handDown(
        () -> {
          eight.handDown(() -> assertThat(Custody.take(segment(7))).isNull());
          assertThat(Custody.take(segment(7))).isSameAs(seven);
        });

    assertThat(kept).containsExactly(seven);
  }

  /** Then the fetch has let go of the descriptor, and no checkpoint may be without the write. */
  @Test
  void aWriterInATaskOfItsOwnIsWaitedForByTheCheckpoint() throws Exception {
    World world = new World().listing(0, 40, 0b1011);
    Store store = world.store("d");
    CountDownLatch failing = new CountDownLatch(1);
    AtomicBoolean checkpointed = new AtomicBoolean();
    world.beforeList =
        (place, time) -> {
          if (place == 30 && time == 1) {
            assertThat(failing.await(60, TimeUnit.SECONDS)).isTrue();
          }
        };
    store.beforePut =
        (block, time) -> {
          if (block == 7 * 64 && failing.getCount() > 0) {
            checkpointed.set(world.checkpointWithin(Duration.ofSeconds(2)));
            failing.countDown();
            throw new IOException("a failure on purpose");
          }
        };
    StreamExecutionEnvironment env = new Transfer(world, "d").graph();
    env.disableOperatorChaining();

    env.execute("unchained");

    assertThat(failing.getCount()).isZero();
    assertThat(checkpointed).isFalse();
    Expected.assertWhole(world, store);
  }
}
