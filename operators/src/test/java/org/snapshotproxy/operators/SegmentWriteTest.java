package org.snapshotproxy.operators;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobID;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.snapshotproxy.connectors.base.Block;
import org.snapshotproxy.connectors.base.BlockBuffer;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.Digests;
import org.snapshotproxy.connectors.base.Segment;

/** What is begun ends, whatever becomes of it: an end that does not come is waited for for ever. */
class SegmentWriteTest {
  private final World world = new World();
  private final JobResources resources =
      JobResources.open(new JobID(), new TransferOptions.Settings(128L * Blocks.SIZE, 1, 1, false));

  @AfterEach
  void close() {
    resources.close();
  }

  @Test
  void whereMemoryCannotBeGivenBackTheDestinationIsGivenUp() throws Exception {
    Lane lane =
        new Lane(
            0,
            world.destination("d"),
            1,
            resources.writers(0),
            UnregisteredMetricsGroup.createSinkWriterMetricGroup());
    BlockBuffer buffer = BlockBuffer.unpooled(new byte[Blocks.SIZE]);
    world.store("d").afterPut = (block, time) -> buffer.release();
    Segment segment =
        new Segment(0, List.of(new Block(0, buffer, Digests.sha256(buffer.bytes()))), 0, 0);

    new SegmentDelivery(segment, List.of(lane)).start().get(60, TimeUnit.SECONDS);

    assertThat(lane.failure()).hasMessageContaining("released twice");
  }
}
