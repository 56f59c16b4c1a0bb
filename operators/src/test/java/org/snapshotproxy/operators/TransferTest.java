package org.snapshotproxy.operators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.base.SegmentDescriptor;

/** What a transfer does to blocks, run by Flink between places in memory. */
class TransferTest {
  @RegisterExtension static final MiniClusterExtension CLUSTER = Cluster.ofTwoSlots();

  /** Three adjacent blocks, a gap, and both ends of a segment. */
  private static final long MASK = 1L | 0b111L << 20 | 1L << 63;

  private final World world = new World();
  private final Store store = world.store("d");

  @Test
  void everyListedBlockArrivesAndIsSealedOnce() throws Exception {
    world.listing(0, 30, MASK);

    Map<String, Object> totals = new Transfer(world, "d").run();

    Expected.assertWhole(world, store);
    assertThat(store.seals).hasSize(1);
    assertThat(totals)
        .containsEntry(Totals.WRITTEN, 150L)
        .containsEntry(Totals.CLEARED, 0L)
        .containsEntry(Totals.SKIPPED, 0L);
  }

  @Test
  void blocksOfTheHighestSegmentsArrive() throws Exception {
    world.listing(2_097_150, 2, MASK);

    new Transfer(world, "d").run();

    Expected.assertWhole(world, store);
  }

  @Test
  void clearedBlocksAreClearedAndPartOfTheChecksum() throws Exception {
    for (int segment = 0; segment < 5; segment++) {
      world.listed.add(new SegmentDescriptor(segment, MASK, 0b110 | 1L << 62, List.of()));
    }

    Map<String, Object> totals = new Transfer(world, "d").run();

    Expected.assertWhole(world, store);
    assertThat(totals).containsEntry(Totals.WRITTEN, 25L).containsEntry(Totals.CLEARED, 15L);
  }

  @Test
  void aSegmentThatIsOnlyClearedIsNotRead() throws Exception {
    world.listed.add(new SegmentDescriptor(3, 0, -1, List.of()));

    new Transfer(world, "d").run();

    Expected.assertWhole(world, store);
    assertThat(world.reads).isEmpty();
  }

  @Test
  void aSegmentThatComesTwiceCountsOnce() throws Exception {
    world.listing(0, 4, MASK).listing(2, 1, MASK);

    Map<String, Object> totals = new Transfer(world, "d").run();

    assertThat(store.puts).hasValue(25);
    Expected.assertWhole(world, store);
    assertThat(totals).containsEntry(Totals.WRITTEN, 20L);
  }

  @Test
  void zerosThatWereReadAreWrittenUnlessTheUserSaysOtherwise() throws Exception {
    world.zero = block -> block % 2 == 0;
    world.listing(0, 4, 0b1111);

    new Transfer(world, "d").run();

    Expected.assertWhole(world, store);
    assertThat(store.blocks).hasSize(16);
  }

  @Test
  void zerosThatAreSkippedAreCountedApartAndNotInTheChecksum() throws Exception {
    world.zero = block -> block % 4 == 0;
    world.listing(0, 4, 0b1111);

    Map<String, Object> totals =
        new Transfer(world, "d")
            .with(new TransferOptions.Settings(128 * Blocks.SIZE, 8, 8, true))
            .run();

    Map<Integer, String> kept = Expected.blocks(world);
    kept.keySet().removeIf(block -> block % 4 == 0);
    assertThat(store.blocks).isEqualTo(kept);
    assertThat(store.seals.get(0).checksum()).isEqualTo(Expected.linear(kept));
    assertThat(totals).containsEntry(Totals.WRITTEN, 12L).containsEntry(Totals.SKIPPED, 4L);
  }

  @Test
  void twoDestinationsAreServedFromOneReadOfEachBlock() throws Exception {
    world.listing(0, 20, MASK);

    new Transfer(world, "d", "e").run();

    Expected.assertWhole(world, world.store("d"));
    Expected.assertWhole(world, world.store("e"));
    assertThat(world.reads.values()).hasSize(100).allMatch(times -> times.get() == 1);
  }

  @Test
  void aBlockThatComesDamagedIsReadAgain() throws Exception {
    world.listing(0, 2, 0b1111_1111);
    world.damaged = (block, time) -> block == 7 && time <= 3;

    new Transfer(world, "d").run();

    Expected.assertWhole(world, store);
    assertThat(world.timesRead(7)).isEqualTo(4);
    assertThat(world.timesRead(6)).isEqualTo(1);
  }

  @Test
  void aBlockThatAlwaysComesDamagedIsRefusedWithItsPlaceAndNothingIsSealed() {
    world.listing(0, 2, 0b1111_1111);
    world.damaged = (block, time) -> block == 7;

    Throwable failure = catchThrowable(() -> new Transfer(world, "d").run());

    assertThat(Transfer.causes(failure))
        .anyMatch(said -> said.startsWith("Block 7 (byte offset 3670016) was read 4 times"));
    assertThat(world.timesRead(7)).isEqualTo(4);
    assertThat(store.blocks).doesNotContainKey(7);
    assertThat(store.seals).isEmpty();
  }

  @Test
  void anOriginThatDeclaresNoDigestIsTakenAtItsWord() throws Exception {
    world.declares = false;
    world.listing(0, 2, MASK);

    new Transfer(world, "d").run();

    Expected.assertWhole(world, store);
  }

  @Test
  void noMoreThanTheBudgetIsInMemoryHoweverSlowTheDestination() throws Exception {
    int budget = 128;
    AtomicInteger held = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch full = new CountDownLatch(budget);
    world.beforeRead =
        (block, time) -> {
          most.accumulateAndGet(held.incrementAndGet(), Math::max);
          full.countDown();
        };
    store.beforePut =
        (block, time) -> {
          if (!full.await(30, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the budget was never used up");
          }
        };
    store.afterPut = (block, time) -> held.decrementAndGet();
    world.listing(0, 12, -1);

    new Transfer(world, "d")
        .with(new TransferOptions.Settings((long) budget * Blocks.SIZE, 32, 8, false))
        .run();

    assertThat(most).hasValue(budget);
    assertThat(held).hasValue(0);
    assertThat(store.blocks).hasSize(12 * 64);
  }

  @Test
  void aFatalFailureOfAReadEndsTheJobAtOnce() {
    world.listing(0, 2, MASK);
    world.beforeRead =
        (block, time) -> {
          throw new FspException("The origin says no.");
        };

    Throwable failure = catchThrowable(() -> new Transfer(world, "d").run());

    assertThat(Transfer.causes(failure)).contains("The origin says no.");
    assertThat(world.readersOpened).hasValue(2);
  }

  @Test
  void aFatalFailureOfAWriteEndsTheJobAtOnce() {
    world.listing(0, 2, MASK);
    store.beforePut =
        (block, time) -> {
          throw new FspException("The destination says no.");
        };

    Throwable failure = catchThrowable(() -> new Transfer(world, "d").run());

    assertThat(Transfer.causes(failure)).contains("The destination says no.");
    assertThat(store.writersOpened).hasValue(2);
    assertThat(store.seals).isEmpty();
  }

  @Test
  void aFatalFailureOfTheSealEndsTheJobAtOnce() {
    world.listing(0, 2, MASK);
    store.beforeSeal =
        (blocks, attempt) -> {
          throw new FspException("The seal does not hold.");
        };

    Throwable failure = catchThrowable(() -> new Transfer(world, "d").run());

    assertThat(Transfer.causes(failure)).contains("The seal does not hold.");
    assertThat(store.sealAttempts()).isEqualTo(1);
  }

  @Test
  void aFailureThatDoesNotPassEndsTheJobAfterItsRestartsWithWhatWasSaid() {
    world.listing(0, 2, MASK);
    store.beforePut =
        (block, time) -> {
          throw new IOException("the line is dead");
        };

    Throwable failure = catchThrowable(() -> new Transfer(world, "d").run());

    assertThat(Transfer.causes(failure)).contains("the line is dead");
    assertThat(store.writersOpened).hasValue(2 * (1 + Transfer.RESTARTS));
    assertThat(store.seals).isEmpty();
  }
}
