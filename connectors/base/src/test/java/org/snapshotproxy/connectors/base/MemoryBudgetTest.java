package org.snapshotproxy.connectors.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Whole loans, in order, and never more than the budget has. */
class MemoryBudgetTest {
  private static final int CAPACITY = 100;
  private final MemoryBudget budget = new MemoryBudget(100L * Blocks.SIZE);

  @Test
  void theCapacityIsTheWholeBlocksOfTheBudget() {
    assertThat(new MemoryBudget(100L * Blocks.SIZE + 524_287).capacity()).isEqualTo(100);
  }

  @Test
  void aBudgetBelowOneSegmentIsRefusedWithTheSettingToRaise() {
    assertThatThrownBy(() -> new MemoryBudget(Blocks.SEGMENT_SIZE - 1))
        .isInstanceOf(FspException.class)
        .hasMessageContaining("fsp.memory.budget");
  }

  @Test
  void aLoanIsOneToSixtyFourBlocks() {
    assertThatThrownBy(() -> budget.acquire(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> budget.acquire(65)).isInstanceOf(IllegalArgumentException.class);
    assertThat(budget.acquire(64).join()).hasSize(64);
  }

  @Test
  void aLoanThatDoesNotFitWaitsUntilAllOfItDoes() {
    List<BlockBuffer> first = budget.acquire(60).join();
    CompletableFuture<List<BlockBuffer>> second = budget.acquire(42);

    first.get(0).release();
    assertThat(second).isNotDone();

    first.get(1).release();
    assertThat(second).isCompletedWithValueMatching(loan -> loan.size() == 42);
    assertThat(budget.lent()).isEqualTo(CAPACITY);
  }

  @Test
  void aSmallLoanDoesNotOvertakeALargeOne() {
    List<BlockBuffer> first = budget.acquire(60).join();
    CompletableFuture<List<BlockBuffer>> large = budget.acquire(64);
    CompletableFuture<List<BlockBuffer>> small = budget.acquire(1);
    assertThat(small).isNotDone();

    first.forEach(BlockBuffer::release);

    assertThat(large).isDone();
    assertThat(small).isDone();
  }

  @Test
  void aCancelledLoanMakesRoomForTheNextOne() {
    List<BlockBuffer> first = budget.acquire(60).join();
    CompletableFuture<List<BlockBuffer>> cancelled = budget.acquire(64);
    CompletableFuture<List<BlockBuffer>> next = budget.acquire(30);
    cancelled.cancel(false);

    first.get(0).release();

    assertThat(next).isDone();
    assertThat(budget.lent()).isEqualTo(59 + 30);
  }

  @Test
  void arraysAreUsedAgain() {
    Map<byte[], Boolean> arrays = new IdentityHashMap<>();
    for (int round = 0; round < 5; round++) {
      List<BlockBuffer> loan = budget.acquire(64).join();
      loan.forEach(buffer -> arrays.put(buffer.bytes(), true));
      loan.forEach(BlockBuffer::release);
    }

    assertThat(arrays).hasSize(64);
  }

  @Test
  void oneLoanNeverHoldsAnArrayTwice() {
    Map<byte[], Boolean> arrays = new IdentityHashMap<>();
    budget.acquire(40).join().forEach(buffer -> arrays.put(buffer.bytes(), true));
    budget.acquire(60).join().forEach(buffer -> arrays.put(buffer.bytes(), true));

    assertThat(arrays).hasSize(CAPACITY);
  }

  @Test
  void aLoanThatTheProcessHasNoMemoryForFailsAndNoOtherOne() {
    AtomicInteger left = new AtomicInteger(74);
    MemoryBudget budget =
        new MemoryBudget(
            100L * Blocks.SIZE,
            () -> {
              if (left.getAndDecrement() <= 0) {
                throw new OutOfMemoryError("no array");
              }
              return new byte[0];
            });
    List<BlockBuffer> first = budget.acquire(60).join();
    CompletableFuture<List<BlockBuffer>> tooMuch = budget.acquire(50);
    CompletableFuture<List<BlockBuffer>> next = budget.acquire(24);

    first.subList(0, 10).forEach(BlockBuffer::release);

    assertThat(tooMuch).isCompletedExceptionally();
    assertThatThrownBy(tooMuch::join).hasRootCauseInstanceOf(OutOfMemoryError.class);
    assertThat(next).as("10 that came back, 14 that could be made").isCompleted();
    assertThat(budget.lent()).isEqualTo(50 + 24);
  }

  @Test
  void aClosedOneHoldsNoArrayAndTakesBackWhatIsLent() {
    AtomicInteger made = new AtomicInteger();
    MemoryBudget budget =
        new MemoryBudget(
            100L * Blocks.SIZE,
            () -> {
              made.incrementAndGet();
              return new byte[0];
            });
    List<BlockBuffer> lent = budget.acquire(3).join();
    lent.get(0).release();

    budget.close();
    lent.get(1).release();
    lent.get(2).release();
    budget.acquire(1).join();

    assertThat(made).hasValue(4);
    assertThat(budget.lent()).isEqualTo(1);
  }

  @Test
  void manyThreadsNeverHoldMoreThanTheCapacityNorShareAnArray() throws Exception {
    AtomicInteger held = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    Set<byte[]> inUse =
        Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));
    ExecutorService threads = Executors.newFixedThreadPool(8);
    List<Future<?>> borrowers = new ArrayList<>();
    for (int seed = 0; seed < 8; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      borrowers.add(
          threads.submit(
              () -> {
                for (int i = 0; i < 2_000; i++) {
                  borrow(random, held, most, inUse);
                }
                return null;
              }));
    }
    for (Future<?> borrower : borrowers) {
      borrower.get(60, TimeUnit.SECONDS);
    }
    threads.shutdownNow();

    assertThat(most.get()).isBetween(64, CAPACITY);
    assertThat(budget.lent()).isZero();
    assertThat(budget.acquire(64)).isDone();
  }

  /** Borrows, perhaps gives up waiting, else notes the arrays it holds and gives them back. */
  private void borrow(
      SplittableRandom random, AtomicInteger held, AtomicInteger most, Set<byte[]> inUse)
      throws Exception {
    int count = random.nextInt(1, 65);
    CompletableFuture<List<BlockBuffer>> asked = budget.acquire(count);
    if (random.nextInt(4) == 0 && asked.cancel(false)) {
      return;
    }
    List<BlockBuffer> loan = asked.get(30, TimeUnit.SECONDS);
    most.accumulateAndGet(held.addAndGet(count), Math::max);
    for (BlockBuffer buffer : loan) {
      if (!inUse.add(buffer.bytes())) {
        throw new IllegalStateException("an array was lent to two at a time");
      }
    }
    Thread.yield();
    loan.forEach(buffer -> inUse.remove(buffer.bytes()));
    held.addAndGet(-count);
    loan.forEach(BlockBuffer::release);
  }
}
