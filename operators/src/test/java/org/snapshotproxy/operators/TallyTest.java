package org.snapshotproxy.operators;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.snapshotproxy.connectors.base.SegmentDescriptor;
import org.snapshotproxy.connectors.base.serial.SegmentDescriptorCodec;

/** The count of a list, with and without a failure in its middle. */
class TallyTest {
  @RegisterExtension static final MiniClusterExtension CLUSTER = Cluster.ofTwoSlots();

  /** 501 segments in cells of 32 blocks, of which a segment has two. */
  private static final Cells CELLS = Cells.of(501 * 64);

  private final World world = new World();

  @Test
  void everyBlockIsCountedOnce() throws Exception {
    world.listing(0, 500, 0b1011).listing(500, 1, -1);

    assertThat(count(Transfer.environment())).containsEntry(Totals.WRITTEN, 3L * 500 + 64);
  }

  @Test
  void clearedBlocksAreCountedForThemselves() throws Exception {
    world.listed.add(new SegmentDescriptor(0, 0b1, 0b110, List.of()));
    world.listed.add(new SegmentDescriptor(1, 0, -1, List.of()));

    assertThat(count(Transfer.environment()))
        .containsEntry(Totals.WRITTEN, 1L)
        .containsEntry(Totals.CLEARED, 66L);
  }

  @Test
  void theCountsOfTheCellsAreThoseOfTheirBlocks() throws Exception {
    world.listing(0, 500, 0x1_0000_0003L);
    world.listed.add(new SegmentDescriptor(500, 0b1, ~0b1L, List.of()));

    Map<String, Object> totals = count(Transfer.environment());

    List<Long> moved = new ArrayList<>();
    List<Long> cleared = new ArrayList<>();
    for (int segment = 0; segment < 500; segment++) {
      moved.addAll(List.of(2L, 1L));
      cleared.addAll(List.of(0L, 0L));
    }
    moved.addAll(List.of(1L, 0L));
    cleared.addAll(List.of(31L, 32L));
    assertThat(totals)
        .containsEntry(Totals.MOVED_BY_CELL, moved)
        .containsEntry(Totals.CLEARED_BY_CELL, cleared);
  }

  @Test
  void aCountGoesOnWhereTheCheckpointLeftItAfterAFailure() throws Exception {
    world.listing(0, 500, 0b1011);
    world.beforeList =
        (place, time) -> {
          if (place == 300 && time == 1) {
            world.awaitCheckpoint();
          }
        };
    FailOnce failing = new FailOnce();
    StreamExecutionEnvironment env = Transfer.environment();

    TallyOperator.count(
        Transfer.descriptors(env, world).map(failing).returns(SegmentDescriptorCodec.type()),
        CELLS);
    Map<String, Object> totals = env.execute("count").getAllAccumulatorResults();

    assertThat(FailOnce.FAILURES).hasValue(1);
    assertThat(world.timesListed(0)).isEqualTo(1);
    assertThat(totals).containsEntry(Totals.WRITTEN, 1_500L);
    assertThat((List<?>) totals.get(Totals.MOVED_BY_CELL))
        .hasSize(1002)
        .isEqualTo(
            IntStream.range(0, 1002).mapToObj(i -> i % 2 == 0 && i < 1000 ? 3L : 0L).toList());
  }

  private Map<String, Object> count(StreamExecutionEnvironment env) throws Exception {
    DataStream<SegmentDescriptor> descriptors = Transfer.descriptors(env, world);
    TallyOperator.count(descriptors, CELLS);
    return env.execute("count").getAllAccumulatorResults();
  }

  /** Fails at segment 300, the first time. */
  private static final class FailOnce implements MapFunction<SegmentDescriptor, SegmentDescriptor> {
    private static final long serialVersionUID = 1L;
    private static final AtomicInteger FAILURES = new AtomicInteger();

    @Override
    public SegmentDescriptor map(SegmentDescriptor descriptor) {
      if (descriptor.segment() == 300 && FAILURES.compareAndSet(0, 1)) {
        throw new IllegalStateException("a failure on purpose");
      }
      return descriptor;
    }
  }
}
