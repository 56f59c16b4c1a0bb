package org.snapshotproxy.operators;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Checkpoints wait for no read, and keep what is being read. */
@Timeout(120)
class BarrierTest {
  @RegisterExtension static final MiniClusterExtension CLUSTER = Cluster.ofTwoSlots();

  /** What a fetch has read at one time: by 8 threads, and the parts ahead. */
  private static final int AT_ONCE = 8 + 128;

  private static final int SEGMENTS = 3 * AT_ONCE;

  private final World world = new World().listing(0, SEGMENTS, 0b1);
  private final Store store = world.store("d");
  private final CountDownLatch full = new CountDownLatch(AT_ONCE);
  private final CountDownLatch answers = new CountDownLatch(1);
  private final AtomicBoolean failed = new AtomicBoolean();

  @Test
  void checkpointsComeWhileReadsGiveNoAnswer() throws Exception {
    world.parts =
        mask -> {
          full.countDown();
          return mask;
        };
    world.beforeRead =
        (block, time) -> {
          awaitAnswers();
          if (!failed.getAndSet(true)) {
            throw new IOException("a failure on purpose");
          }
        };
    // The input does not end before: that is another matter.
    world.beforeList =
        (place, time) -> {
          if (place == SEGMENTS - 1) {
            awaitAnswers();
          }
        };

    JobClient job = started();
    assertThat(full.await(60, TimeUnit.SECONDS)).isTrue();
    // More than are triggered until the next descriptor has come, which is not taken.
    for (int times = 0; times < 4; times++) {
      world.awaitCheckpoint();
    }
    assertThat(store.blocks).isEmpty();
    answers.countDown();
    job.getJobExecutionResult().get();

    Expected.assertWhole(world, store);
    assertThat(world.timesListed(0)).as("the descriptor was in the checkpoint").isEqualTo(1);
  }

  private JobClient started() throws Exception {
    StreamExecutionEnvironment env = Transfer.environment().setParallelism(1);
    Configuration unaligned = new Configuration();
    unaligned.set(CheckpointingOptions.ENABLE_UNALIGNED, true);
    env.configure(unaligned);
    return new Transfer(world, "d").graph(env).executeAsync("reads without an answer");
  }

  private void awaitAnswers() throws InterruptedException {
    assertThat(answers.await(60, TimeUnit.SECONDS)).isTrue();
  }
}
