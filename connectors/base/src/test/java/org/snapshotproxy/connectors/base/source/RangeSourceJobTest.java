package org.snapshotproxy.connectors.base.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.snapshotproxy.connectors.base.Span;

/** The source as Flink runs it: side by side, with a failure in the middle, rescaled. */
class RangeSourceJobTest {
  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(3)
              .build());

  @TempDir Path directory;

  private static Set<Integer> all() {
    return IntStream.range(0, ListingJob.SEGMENTS).boxed().collect(Collectors.toSet());
  }

  /** The ends of all ranges, each of which a job may hear of once more after a failure. */
  private static Set<Span> everyRange() {
    Set<Span> spans = new HashSet<>();
    for (int from = 0; from < ListingJob.SEGMENTS; from += RangeSource.SMALLEST_RANGE) {
      int to = Math.min(from + RangeSource.SMALLEST_RANGE, ListingJob.SEGMENTS);
      spans.add(new Span(from, to, ListingJob.SEGMENTS));
    }
    return spans;
  }

  @Test
  void severalReadersWithSeveralListersEachListEverySegmentOnce() throws Exception {
    ListingJob job = new ListingJob(100);
    job.open();

    job.start(new Configuration(), 3, 4).getJobExecutionResult().get();

    assertThat(job.emitted()).containsExactlyInAnyOrderElementsOf(all());
    assertThat(job.ended()).isEqualTo(everyRange());
  }

  @Test
  void aListerThatGivesOneSegmentAPageIsListedToItsEnd() throws Exception {
    ListingJob job = new ListingJob(1);
    job.open();

    job.start(new Configuration(), 2, 2).getJobExecutionResult().get();

    assertThat(job.emitted()).containsExactlyInAnyOrderElementsOf(all());
    assertThat(job.ended()).isEqualTo(everyRange());
  }

  @Test
  void afterAFailureOfTheJobEveryRangeGoesOnWhereTheCheckpointLeftIt() throws Exception {
    ListingJob job = new ListingJob(10).failingOnce().shuffled();

    job.start(restartingOnce(), 2, 1).getJobExecutionResult().get();

    assertThat(job.failures()).isEqualTo(1);
    assertThat(job.inEffect()).containsExactlyInAnyOrderElementsOf(all());
    assertThat(job.ended()).isEqualTo(everyRange());
    assertThat(job.resumedAt())
        .contains(ListingJob.GATE, 156 + ListingJob.GATE)
        .doesNotContain(0, 156);
  }

  @Test
  void afterAFailureOfOneReaderOnlyItsRangesAreResumed() throws Exception {
    ListingJob job = new ListingJob(10).failingOnce();

    job.start(restartingOnce(), 2, 1).getJobExecutionResult().get();

    assertThat(job.failures()).isEqualTo(1);
    assertThat(job.inEffect()).containsExactlyInAnyOrderElementsOf(all());
    assertThat(job.ended()).isEqualTo(everyRange());
    assertThat(job.resumedAt())
        .containsAnyOf(ListingJob.GATE, 156 + ListingJob.GATE)
        .doesNotContain(0, 156);
  }

  private static Configuration restartingOnce() {
    Configuration configuration = new Configuration();
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 1);
    return configuration;
  }

  @Test
  void aSavepointIsRestoredWithAnotherParallelismAndNothingIsRepeatedOrLost() throws Exception {
    ListingJob first = new ListingJob(10);
    JobClient client = first.start(new Configuration(), 2, 1);
    first.awaitEmitted(2 * ListingJob.GATE);
    String savepoint =
        client.triggerSavepoint(directory.toUri().toString(), SavepointFormatType.CANONICAL).get();
    List<Integer> before = List.copyOf(first.emitted());
    client.cancel().get();
    first.open();

    ListingJob second = new ListingJob(10);
    second.open();
    Configuration restore = new Configuration();
    restore.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
    second.start(restore, 3, 2).getJobExecutionResult().get();

    assertThat(before).hasSize(2 * ListingJob.GATE).doesNotContainAnyElementsOf(second.emitted());
    Set<Integer> both = new TreeSet<>(before);
    both.addAll(second.emitted());
    assertThat(second.emitted()).doesNotHaveDuplicates();
    assertThat(both).isEqualTo(all());
    assertThat(second.ended()).isEqualTo(everyRange());
  }
}
