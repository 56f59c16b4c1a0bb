package org.snapshotproxy.operators;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A transfer that fails once, at every place where it can: the outcome is that of one that did not.
 */
class FailoverTest {
  @RegisterExtension static final MiniClusterExtension CLUSTER = Cluster.ofTwoSlots();

  private static final int SEGMENTS = 40;
  private static final long MASK = 0b1011;

  private final World world = new World();
  private final Store store = world.store("d");
  private final AtomicBoolean failed = new AtomicBoolean();

  @BeforeEach
  void list() {
    world.listing(0, SEGMENTS, MASK);
  }

  @AfterEach
  void theJobFailedOnceAsItWasTo() {
    assertThat(failed).isTrue();
  }

  private void failOnce() throws IOException {
    if (failed.compareAndSet(false, true)) {
      throw new IOException("a failure on purpose");
    }
  }

  private void runAndCompare() throws Exception {
    Map<String, Object> totals = new Transfer(world, "d").run();

    Expected.assertWhole(world, store);
    assertThat(totals).containsEntry(Totals.WRITTEN, 3L * SEGMENTS);
  }

  @Test
  void inARead() throws Exception {
    world.beforeRead =
        (block, time) -> {
          if (block == 20 * 64) {
            failOnce();
          }
        };

    runAndCompare();

    assertThat(world.timesRead(20 * 64)).isGreaterThan(1);
  }

  @Test
  void inAReadThatACheckpointCoversWhileItIsInFlight() throws Exception {
    CountDownLatch inFlight = new CountDownLatch(1);
    CountDownLatch written = new CountDownLatch(3);
    CountDownLatch covered = new CountDownLatch(1);
    store.afterPut =
        (block, time) -> {
          if (block / 64 == 3) {
            written.countDown();
          }
        };
    world.beforeList =
        (place, time) -> {
          if (place == 30 && time == 1) {
            assertThat(inFlight.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(written.await(30, TimeUnit.SECONDS)).isTrue();
            world.awaitCheckpoint();
            covered.countDown();
          }
        };
    world.beforeRead =
        (block, time) -> {
          if (block == 7 * 64 && time == 1) {
            inFlight.countDown();
            assertThat(covered.await(60, TimeUnit.SECONDS)).isTrue();
            failOnce();
          }
        };

    runAndCompare();

    assertThat(world.timesListed(7)).isEqualTo(1);
    assertThat(world.timesRead(7 * 64)).isEqualTo(2);
    assertThat(world.timesRead(3 * 64)).isEqualTo(1);
  }

  @Test
  void inAWriteThatACheckpointDoesNotWaitFor() throws Exception {
    CountDownLatch third = new CountDownLatch(3);
    CountDownLatch covered = new CountDownLatch(1);
    // While ranges wait: where the input has ended, all writes are waited for.
    world.beforeList =
        (place, time) -> {
          if (place == 30 && time == 1) {
            assertThat(covered.await(60, TimeUnit.SECONDS)).isTrue();
          }
        };
    store.afterPut =
        (block, time) -> {
          if (block / 64 == 3) {
            third.countDown();
          }
        };
    store.beforePut =
        (block, time) -> {
          if (block == 7 * 64 && !failed.get()) {
            assertThat(third.await(30, TimeUnit.SECONDS)).isTrue();
            world.awaitCheckpoint();
            covered.countDown();
            failOnce();
          }
        };

    runAndCompare();

    // The checkpoint has the descriptor of the one and the receipt of the other.
    assertThat(world.timesListed(7)).isEqualTo(1);
    assertThat(world.timesRead(7 * 64)).isEqualTo(2);
    assertThat(world.timesRead(3 * 64)).isEqualTo(1);
  }

  @Test
  void beforeAWrite() throws Exception {
    store.beforePut =
        (block, time) -> {
          if (time == 50) {
            failOnce();
          }
        };

    runAndCompare();
  }

  @Test
  void afterAWriteWhoseAcknowledgementIsLost() throws Exception {
    store.afterPut =
        (block, time) -> {
          if (time == 50) {
            failOnce();
          }
        };

    runAndCompare();

    assertThat(store.puts.get()).isGreaterThan(3 * SEGMENTS);
  }

  @Test
  void afterTheLastWriteBeforeItsReceiptIsKept() throws Exception {
    store.syncs = true;
    store.atSync =
        (blocks, time) -> {
          if (blocks == 3 * SEGMENTS) {
            failOnce();
          }
        };

    runAndCompare();

    assertThat(store.puts.get()).isGreaterThan(3 * SEGMENTS);
  }

  @Test
  void inASyncThatACheckpointDoesNotWaitFor() throws Exception {
    store.syncs = true;
    CountDownLatch covered = new CountDownLatch(1);
    world.beforeList =
        (place, time) -> {
          if (place == 30 && time == 1) {
            assertThat(covered.await(60, TimeUnit.SECONDS)).isTrue();
          }
        };
    AtomicInteger lost = new AtomicInteger();
    store.atSync =
        (blocks, time) -> {
          if (blocks > 0 && !failed.get()) {
            world.awaitCheckpoint();
            lost.set(blocks);
            covered.countDown();
            failOnce();
          }
        };

    runAndCompare();

    // Nothing counts as written that was put before a sync and not synced.
    assertThat(store.puts.get()).isGreaterThanOrEqualTo(3 * SEGMENTS + lost.get());
  }

  @Test
  void inTheSealBeforeItTookEffect() throws Exception {
    store.beforeSeal = (blocks, attempt) -> failOnce();

    runAndCompare();

    assertThat(store.sealAttempts()).isGreaterThan(1);
  }

  @Test
  void inTheSealAfterItTookEffect() throws Exception {
    store.afterSeal = (blocks, attempt) -> failOnce();

    runAndCompare();

    assertThat(store.seals).hasSizeGreaterThan(1);
  }

  @Test
  void theSealWaitsForEveryBlock() throws Exception {
    store.beforePut =
        (block, time) -> {
          if (block == 39 * 64) {
            failOnce();
          }
        };
    store.beforeSeal =
        (blocks, attempt) -> assertThat(blocks).as("blocks at the seal").isEqualTo(3 * SEGMENTS);

    runAndCompare();
  }

  @Test
  void inAReadForTwoDestinationsLeavesBothWhole() throws Exception {
    world.beforeRead =
        (block, time) -> {
          if (block == 20 * 64) {
            failOnce();
          }
        };

    new Transfer(world, "d", "e").run();

    Expected.assertWhole(world, store);
    Expected.assertWhole(world, world.store("e"));
  }

  @Test
  void ofTheSealOfOneOfTwoDestinationsSealsBothAndRestartsNothing() throws Exception {
    world.store("e").beforeSeal = (blocks, attempt) -> failOnce();

    new Transfer(world, "d", "e").run();

    Expected.assertWhole(world, store);
    Expected.assertWhole(world, world.store("e"));
    assertThat(world.readersOpened).hasValue(2);
  }
}
