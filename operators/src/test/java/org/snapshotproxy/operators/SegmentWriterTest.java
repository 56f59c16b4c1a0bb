package org.snapshotproxy.operators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.JobID;
import org.apache.flink.metrics.groups.SinkWriterMetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.snapshotproxy.connectors.base.Blocks;

/** A write that fails after the flush of a checkpoint and before its receipts are taken. */
class SegmentWriterTest {
  private final World world = new World();
  private final SinkWriterMetricGroup metrics =
      UnregisteredMetricsGroup.createSinkWriterMetricGroup();
  private final JobResources resources =
      JobResources.open(new JobID(), new TransferOptions.Settings(128L * Blocks.SIZE, 1, 1, false));
  private final List<Lane> lanes = new ArrayList<>();

  /** Nothing is ever outstanding here, so nothing goes to a mailbox. */
  private SegmentWriter writer(String... names) {
    for (String name : names) {
      lanes.add(
          new Lane(
              lanes.size(), world.destination(name), 1, resources.writers(lanes.size()), metrics));
    }
    return new SegmentWriter(lanes, resources, null, metrics);
  }

  @AfterEach
  void end() {
    resources.close();
  }

  @Test
  void theOnlyDestinationIsNotGivenUpForWhatARestartMends() throws Exception {
    SegmentWriter writer = writer("d");
    writer.flush(false);
    lanes.get(0).giveUp(new IOException("the connection was reset"));

    assertThatExceptionOfType(IOException.class)
        .isThrownBy(writer::prepareCommit)
        .withMessageContaining("the connection was reset");
  }

  @Test
  void oneOfTwoIsGivenUpButNotForAFailureOfThisProcess() throws Exception {
    SegmentWriter writer = writer("d", "e");
    writer.flush(false);
    lanes.get(1).giveUp(new IOException("the disk is full"));
    assertThat(writer.prepareCommit()).containsExactly(WriteResult.givenUp(1, "the disk is full"));
    assertThat(writer.prepareCommit()).isEmpty();

    lanes.get(0).giveUp(new OutOfMemoryError("no thread"));
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(writer::prepareCommit)
        .withMessageContaining("no thread");
  }
}
