package org.snapshotproxy.operators;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A restore of far more descriptors than are begun at one time, as after a disk that was slow to
 * sync: checkpoints come again long before all of it is read.
 */
@Timeout(120)
class RestoredBacklogTest {
  @RegisterExtension static final MiniClusterExtension CLUSTER = Cluster.ofTwoSlots();

  private static final int RESTORED = 320;
  private static final int SEGMENTS = 340;

  /** Fewer than are restored and not begun at once; more than two for each record that follows. */
  private static final int READS_BEFORE_A_CHECKPOINT = 120;

  private final World world = new World().listing(0, SEGMENTS, 0b1);
  private final Store store = world.store("d");
  private final CountDownLatch failed = new CountDownLatch(1);
  private final CountDownLatch checkpointed = new CountDownLatch(1);
  private final AtomicInteger readAgain = new AtomicInteger();
  private volatile boolean restarted;

  @Test
  void checkpointsComeWhileItIsReadAgain() throws Exception {
    world.beforeList = (place, time) -> hold(place, time);
    store.syncs = true;
    store.atSync = (blocks, time) -> failOnce();
    world.beforeRead = (block, time) -> readAgain();

    new Transfer(world, "d").graph(Transfer.environment().setParallelism(1)).execute("a backlog");

    Expected.assertWhole(world, store);
    assertThat(readAgain).hasValueGreaterThanOrEqualTo(RESTORED);
  }

  /** The listing goes on only after the failure; after the restart it ends behind a checkpoint. */
  private void hold(int place, int time) throws InterruptedException {
    if (place == RESTORED) {
      assertThat(failed.await(60, TimeUnit.SECONDS)).isTrue();
      restarted = time > 1;
    }
    if (place == SEGMENTS - 1 && restarted) {
      assertThat(checkpointed.await(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  /** The first sync fails when all that is listed is written, and in no checkpoint as written. */
  private void failOnce() throws Exception {
    if (failed.getCount() > 0) {
      while (store.blocks.size() < RESTORED) {
        Thread.onSpinWait();
      }
      world.awaitCheckpoint();
      failed.countDown();
      throw new IOException("a failure on purpose");
    }
  }

  private void readAgain() throws InterruptedException {
    if (failed.getCount() > 0) {
      return;
    }
    int number = readAgain.incrementAndGet();
    if (number == READS_BEFORE_A_CHECKPOINT) {
      world.awaitCheckpoint();
      checkpointed.countDown();
    } else if (number > READS_BEFORE_A_CHECKPOINT) {
      assertThat(checkpointed.await(60, TimeUnit.SECONDS)).isTrue();
    }
  }
}
