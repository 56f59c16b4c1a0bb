package org.snapshotproxy.operators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A savepoint goes on with the run it is of, and with no other. */
class ForeignStateTest {
  @RegisterExtension static final MiniClusterExtension CLUSTER = Cluster.ofTwoSlots();

  @TempDir Path directory;
  private final World world = new World();

  @Test
  void theSameRunGoesOnFromItsSavepoint() throws Exception {
    String savepoint = savepoint();
    world.beforeList = (place, time) -> {};

    run(new Transfer(world, "d"), savepoint);

    Expected.assertWhole(world, world.store("d"));
    assertThat(world.store("d").puts.get()).isLessThan(80);
  }

  @Test
  void anotherRunIsRefusedAndSealsNothing() throws Exception {
    String savepoint = savepoint();
    world.beforeList = (place, time) -> {};

    Throwable end = catchThrowable(() -> run(new Transfer(world, "other"), savepoint));

    assertThat(Transfer.causes(end)).anyMatch(each -> each.contains("is of another run"));
    assertThat(world.store("other").seals).isEmpty();
  }

  private static void run(Transfer transfer, String savepoint) throws Exception {
    StreamExecutionEnvironment env = transfer.graph();
    Configuration restore = new Configuration();
    restore.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
    env.configure(restore);
    env.execute("resumed");
  }

  /** Of a job that has written the first half of what it lists. */
  private String savepoint() throws Exception {
    world.listing(0, 40, 0b1);
    CountDownLatch stopped = new CountDownLatch(1);
    world.beforeList =
        (place, time) -> {
          if (place == 20 && !stopped.await(60, TimeUnit.SECONDS)) {
            throw new IOException("nobody stopped the job");
          }
        };
    JobClient job = new Transfer(world, "d").graph().executeAsync("to be stopped");
    while (world.store("d").puts.get() < 20) {
      Thread.sleep(5);
    }
    world.awaitCheckpoint();
    String savepoint =
        job.triggerSavepoint(directory.toUri().toString(), SavepointFormatType.CANONICAL).get();
    stopped.countDown();
    job.cancel().get();
    return savepoint;
  }
}
