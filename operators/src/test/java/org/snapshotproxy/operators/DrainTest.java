package org.snapshotproxy.operators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.snapshotproxy.connectors.base.Span;

/** An input that is ended from outside is not a whole one. */
class DrainTest {
  @RegisterExtension static final MiniClusterExtension CLUSTER = Cluster.ofTwoSlots();

  @TempDir Path directory;
  private final World world = new World();

  @Test
  void aJobThatIsStoppedWithDrainSealsNothing() throws Exception {
    world.listing(0, 40, 0b1);
    Store store = world.store("d");
    JobClient job = halfListed(new Transfer(world, "d").graph());

    Throwable end = catchThrowable(() -> job.getJobExecutionResult().get());

    assertThat(store.seals).isEmpty();
    assertThat(Transfer.causes(end))
        .anyMatch(each -> each.contains("before everything was listed"));
  }

  @Test
  void aCountThatIsStoppedWithDrainIsNone() throws Exception {
    world.listing(0, 40, 0b1);
    StreamExecutionEnvironment env = Transfer.environment();
    TallyOperator.count(Transfer.descriptors(env, world), Cells.of(1000));
    JobClient job = halfListed(env);

    Throwable end = catchThrowable(() -> job.getJobExecutionResult().get());

    assertThat(Transfer.causes(end))
        .anyMatch(each -> each.contains("before everything was listed"));
  }

  @Test
  void spansThatTouchAndReachTheEndAreTheWhole() {
    Coverage coverage = new Coverage();
    assertThat(catchThrowable(coverage::check)).isNotNull();
    coverage.add(new Span(5, 9, 9));
    assertThat(catchThrowable(coverage::check)).isNotNull();
    coverage.add(new Span(0, 4, 9));
    assertThat(catchThrowable(coverage::check)).isNotNull();
    coverage.add(new Span(4, 5, 9));
    coverage.add(new Span(4, 5, 9));
    coverage.check();
  }

  /** Starts a job and, while the second half of its listing waits, stops it with drain. */
  private JobClient halfListed(StreamExecutionEnvironment env) throws Exception {
    CountDownLatch reached = new CountDownLatch(1);
    CountDownLatch stopped = new CountDownLatch(1);
    world.beforeList =
        (place, time) -> {
          if (place == 20) {
            reached.countDown();
            stopped.await(30, TimeUnit.SECONDS);
          }
        };
    JobClient job = env.executeAsync("to be drained");
    assertThat(reached.await(30, TimeUnit.SECONDS)).isTrue();
    // Only then every task runs, and a stop is not refused.
    world.awaitCheckpoint();
    job.stopWithSavepoint(true, directory.toUri().toString(), SavepointFormatType.CANONICAL)
        .whenComplete((savepoint, failure) -> stopped.countDown());
    return job;
  }
}
