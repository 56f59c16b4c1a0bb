package org.snapshotproxy.operators;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.snapshotproxy.connectors.base.Blocks;

/** A destination that takes nothing holds the memory budget and no more. */
@Timeout(120)
class SlowDestinationTest {
  @RegisterExtension static final MiniClusterExtension CLUSTER = Cluster.ofTwoSlots();

  private static final int BUDGET = 128;
  private static final int SEGMENTS = 12;

  private final World world = new World().listing(0, SEGMENTS, -1);
  private final Store fast = world.store("fast");
  private final Store slow = world.store("slow");
  private final AtomicInteger held = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();
  private final Map<Integer, AtomicInteger> arrivals = new ConcurrentHashMap<>();

  /** Counted before the buffer goes back, so never more than are lent. */
  private void arrived(int block) {
    if (arrivals.computeIfAbsent(block, each -> new AtomicInteger()).incrementAndGet() == 2) {
      held.decrementAndGet();
    }
  }

  @Test
  void theOtherIsFedUntilTheBudgetIsUsedUpAndThenWaits() throws Exception {
    CountDownLatch fed = new CountDownLatch(BUDGET);
    AtomicInteger ahead = new AtomicInteger();
    AtomicInteger freed = new AtomicInteger();
    world.beforeRead = (block, time) -> most.accumulateAndGet(held.incrementAndGet(), Math::max);
    fast.afterPut =
        (block, time) -> {
          arrived(block);
          ahead.accumulateAndGet(fast.puts.get() - freed.get(), Math::max);
          fed.countDown();
        };
    slow.beforePut =
        (block, time) -> {
          if (!fed.await(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the fast one was never fed the whole budget");
          }
          freed.incrementAndGet();
        };
    slow.afterPut = (block, time) -> arrived(block);

    new Transfer(world, "fast", "slow")
        .with(new TransferOptions.Settings((long) BUDGET * Blocks.SIZE, 32, 8, false))
        .run();

    Expected.assertWhole(world, fast);
    Expected.assertWhole(world, slow);
    assertThat(most).as("blocks in memory at one time").hasValue(BUDGET);
    assertThat(ahead).as("blocks the fast one is ahead").hasValueLessThanOrEqualTo(BUDGET);
    assertThat(held).hasValue(0);
  }
}
