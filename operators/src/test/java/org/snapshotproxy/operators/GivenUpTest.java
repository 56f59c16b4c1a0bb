package org.snapshotproxy.operators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.SerializedThrowable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.FspException;

/**
 * Of several destinations one fails, at every place where it can: it is named with its reason and
 * not sealed, the other is whole and sealed. The buffers are few, so that one that is not given
 * back ends in a timeout.
 */
@Timeout(120)
class GivenUpTest {
  @RegisterExtension static final MiniClusterExtension CLUSTER = Cluster.ofTwoSlots();

  private static final int SEGMENTS = 40;
  private static final long MASK = 0xff;

  private final World world = new World();
  private final Store good = world.store("good");
  private final Store bad = world.store("bad");

  @BeforeEach
  void list() {
    world.listing(0, SEGMENTS, MASK);
  }

  private static World.Step fatal() {
    return (block, time) -> {
      throw new FspException("The bad one says no.");
    };
  }

  private PartialFailure run(String... destinations) {
    Throwable failure =
        catchThrowable(
            () ->
                new Transfer(world, destinations)
                    .with(new TransferOptions.Settings(128L * Blocks.SIZE, 8, 8, false))
                    .run());
    for (Throwable each = failure; each != null; each = each.getCause()) {
      Throwable known =
          each instanceof SerializedThrowable serialized
              ? serialized.deserializeError(getClass().getClassLoader())
              : each;
      if (known instanceof PartialFailure end) {
        return end;
      }
    }
    throw new AssertionError("the job ended in another way", failure);
  }

  /** Runs with the bad one second, and compares. */
  private void runAndCompare(String reason) {
    PartialFailure end = run("good", "bad");

    assertThat(end.failures()).isEqualTo(Map.of(1, reason));
    assertThat(end.written()).isEqualTo(8L * SEGMENTS);
    assertThat(end.cleared()).isZero();
    assertThat(end.skipped()).isZero();
    Expected.assertWhole(world, good);
    assertThat(bad.seals).isEmpty();
  }

  private void assertNothingWasRestarted() {
    assertThat(world.readersOpened).hasValue(2);
  }

  @Test
  void atItsFirstWrite() {
    bad.beforePut = fatal();

    runAndCompare("The bad one says no.");

    assertNothingWasRestarted();
    assertThat(good.seals).hasSize(1);
  }

  @Test
  void inTheMiddleOfItsWrites() {
    bad.afterPut =
        (block, time) -> {
          if (time >= 150) {
            throw new FspException("The bad one says no.");
          }
        };

    runAndCompare("The bad one says no.");

    assertNothingWasRestarted();
  }

  @Test
  void forAFaultThatWouldRestartAJobWithOneDestination() {
    bad.beforePut =
        (block, time) -> {
          throw new IOException("the line is dead");
        };

    runAndCompare("the line is dead");

    assertNothingWasRestarted();
  }

  @Test
  void notForAFaultThatPassesWithTheNextAttempt() throws Exception {
    bad.beforePut =
        (block, time) -> {
          if (time % 50 == 7) {
            throw new IOException("a failure on purpose");
          }
        };

    new Transfer(world, "good", "bad").run();

    Expected.assertWhole(world, good);
    Expected.assertWhole(world, bad);
    assertThat(bad.puts).hasValueGreaterThan(8 * SEGMENTS);
    assertNothingWasRestarted();
  }

  @Test
  void atASync() {
    bad.syncs = true;
    bad.atSync = fatal();

    runAndCompare("The bad one says no.");

    assertNothingWasRestarted();
  }

  @Test
  void whenItsWriterOpens() {
    bad.beforeOpen = fatal();

    runAndCompare("The bad one says no.");

    assertThat(bad.puts).hasValue(0);
    assertNothingWasRestarted();
  }

  @Test
  void whenOnlyOneOfItsWritersOpens() {
    bad.beforeOpen =
        (opened, time) -> {
          if (opened == 2) {
            throw new FspException("Only one opens.");
          }
        };

    runAndCompare("Only one opens.");
  }

  @Test
  void whenItsPartsLackABlock() {
    bad.parts = mask -> mask & (mask - 1);

    PartialFailure end = run("good", "bad");

    assertThat(end.failures().get(1)).contains("are in no part");
    Expected.assertWhole(world, good);
    assertThat(bad.seals).isEmpty();
  }

  @Test
  void inItsLedger() {
    bad.ledger =
        (segment, time) -> {
          if (segment == 7) {
            throw new IOException("the ledger is full");
          }
        };
    good.ledger = (segment, time) -> {};

    runAndCompare("the ledger is full");

    assertThat(good.seals.get(0).note()).startsWith("[0, 1, 2, 3, ").endsWith(", 38, 39]");
  }

  @Test
  void inItsSealForGood() {
    bad.beforeSeal = fatal();

    runAndCompare("The bad one says no.");

    assertThat(bad.sealAttempts()).isEqualTo(1);
    assertThat(good.seals).hasSize(1);
  }

  @Test
  void inItsSealAfterSomeAttempts() {
    bad.beforeSeal =
        (blocks, attempt) -> {
          throw new IOException("the line is dead");
        };

    runAndCompare("the line is dead");

    assertThat(bad.sealAttempts()).isEqualTo(SegmentSink.ATTEMPTS_AMONG_SEVERAL);
    assertThat(good.seals).hasSize(1);
    assertNothingWasRestarted();
  }

  @Test
  void theFirstOfThree() {
    bad.beforePut = fatal();

    PartialFailure end = run("bad", "good", "other");

    assertThat(end.failures()).isEqualTo(Map.of(0, "The bad one says no."));
    Expected.assertWhole(world, good);
    Expected.assertWhole(world, world.store("other"));
    assertThat(bad.seals).isEmpty();
  }

  @Test
  void allOfThemAtDifferentPlaces() {
    bad.beforePut = fatal();
    good.beforeSeal =
        (blocks, attempt) -> {
          throw new FspException("The good one is no better.");
        };

    PartialFailure end = run("good", "bad");

    assertThat(end.failures())
        .isEqualTo(Map.of(0, "The good one is no better.", 1, "The bad one says no."));
    assertThat(good.seals).isEmpty();
    assertThat(bad.seals).isEmpty();
  }

  @Test
  void allOfThemEndsTheJobWithoutMovingTheRest() {
    world.listing(SEGMENTS, 400, MASK);
    bad.beforePut = fatal();
    good.beforePut = fatal();

    PartialFailure end = run("good", "bad");

    assertThat(end.failures()).containsOnlyKeys(0, 1);
    assertThat(world.reads).hasSizeLessThan(8 * (SEGMENTS + 400));
    assertThat(good.sealAttempts() + bad.sealAttempts()).isZero();
  }

  @Test
  void staysGivenUpWhenTheJobRestartsFromACheckpointAfterIt() {
    CountDownLatch failed = new CountDownLatch(1);
    CountDownLatch covered = new CountDownLatch(1);
    AtomicBoolean restarted = new AtomicBoolean();
    bad.beforePut =
        (block, time) -> {
          if (!restarted.get()) {
            failed.countDown();
            throw new FspException("The bad one says no.");
          }
        };
    world.beforeList =
        (place, time) -> {
          if (place == 30 && time == 1) {
            assertThat(failed.await(30, TimeUnit.SECONDS)).isTrue();
            world.awaitCheckpoint();
            covered.countDown();
          }
        };
    world.beforeRead =
        (block, time) -> {
          if (block == 35 * 64 && time == 1) {
            assertThat(covered.await(60, TimeUnit.SECONDS)).isTrue();
            restarted.set(true);
            throw new IOException("a failure on purpose");
          }
        };

    runAndCompare("The bad one says no.");

    assertThat(world.readersOpened.get()).as("readers of two attempts").isGreaterThan(2);
    assertThat(world.timesListed(0)).as("listings of the first segment").isEqualTo(1);
    assertThat(bad.blocks).as("what came after the restart").isNotEmpty();
  }

  @Test
  void anOriginWhosePartsLackABlockEndsTheJobInsteadOfWaitingForEver() {
    world.parts = mask -> mask & (mask - 1);

    Throwable failure = catchThrowable(() -> new Transfer(world, "good").run());

    assertThat(Transfer.causes(failure)).anyMatch(said -> said.contains("are in no part"));
    assertThat(good.seals).isEmpty();
  }
}
