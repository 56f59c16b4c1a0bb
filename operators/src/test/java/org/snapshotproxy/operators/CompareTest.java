package org.snapshotproxy.operators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamEdge;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.runtime.partitioner.ForwardPartitioner;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.Receipt;
import org.snapshotproxy.connectors.base.serial.SegmentCodec;

/** Two worlds compared, with and without failures in the middle. */
class CompareTest {
  @RegisterExtension static final MiniClusterExtension CLUSTER = Cluster.ofTwoSlots();

  static final TransferOptions.Settings SETTINGS =
      new TransferOptions.Settings(128 * Blocks.SIZE, 8, 8, false);

  private final World a = new World();
  private final World b = new World();

  private StreamExecutionEnvironment graph(TransferOptions.Settings settings) {
    StreamExecutionEnvironment env = Transfer.environment();
    CompareFunction.compare(digests(env, a, "a", settings), digests(env, b, "b", settings));
    return env;
  }

  private Map<String, Object> compare(TransferOptions.Settings settings) throws Exception {
    return graph(settings).execute("compare").getAllAccumulatorResults();
  }

  static DataStream<Receipt> digests(
      StreamExecutionEnvironment env, World world, String side, TransferOptions.Settings settings) {
    return DigestFunction.digests(
        FetchOperator.fetch(
            Transfer.descriptors(env, world, side), world.origin(), settings, "fetch-" + side),
        "digests-" + side);
  }

  private void assertCompared(
      Map<String, Object> totals, long compared, long differing, BlockRange... ranges) {
    assertThat(totals)
        .containsEntry(Totals.COMPARED, compared)
        .containsEntry(Totals.DIFFERING, differing)
        .containsEntry(Totals.RANGES, (long) ranges.length)
        .containsEntry(Totals.FIRST_RANGES, List.of(ranges));
  }

  @Test
  void noBlockLeavesTheTaskThatFetchedIt() {
    a.listing(0, 1, 1);
    b.listing(0, 1, 1);
    StreamGraph graph = graph(SETTINGS).getStreamGraph();

    List<StreamEdge> ofSegments =
        graph.getStreamNodes().stream()
            .filter(
                node ->
                    SegmentCodec.type()
                        .createSerializer(new SerializerConfigImpl())
                        .equals(node.getTypeSerializerOut()))
            .flatMap(node -> node.getOutEdges().stream())
            .toList();

    assertThat(ofSegments).hasSize(2);
    assertThat(ofSegments).allMatch(edge -> edge.getPartitioner() instanceof ForwardPartitioner);
  }

  @Test
  void theSameContentIsEqual() throws Exception {
    a.listing(0, 60, 0b1011);
    b.listing(0, 60, 0b1011);

    assertCompared(compare(SETTINGS), 180, 0);
  }

  @Test
  void whatOneSideAloneListsIsComparedWithZeros() throws Exception {
    a.listing(0, 10, 0b1011);
    b.listing(5, 10, 0b0110);
    a.zero = block -> block == 0;
    b.zero = block -> block == 14 * 64 + 2;

    Map<String, Object> totals = compare(SETTINGS);

    // In a alone: blocks 0, 1, 3 of segments 0 to 4; in both: block 1 of segments 5 to 9.
    assertThat(totals).containsEntry(Totals.COMPARED, 5 * 3 + 5 * 4 + 5 * 2L);
    // The worlds' zeros are zeros; block 1 of a segment is the same in both.
    assertThat(totals).containsEntry(Totals.DIFFERING, 5 * 3 - 1 + 5 * 3 + 5 * 2 - 1L);
  }

  @Test
  void zerosThatAreLeftOutAreStillZeros() throws Exception {
    a.listing(0, 10, 0b11);
    b.listing(0, 10, 0b01);
    a.zero = block -> block % 64 == 1;
    TransferOptions.Settings skipping = new TransferOptions.Settings(128 * Blocks.SIZE, 8, 8, true);

    assertCompared(compare(skipping), 10, 0);
  }

  @Test
  void adjacentDifferencesAreOneRange() throws Exception {
    a.listing(0, 3, -1);
    b.listing(0, 3, -1);
    b.zero = block -> block >= 60 && block < 70 || block == 191;

    assertCompared(compare(SETTINGS), 192, 11, new BlockRange(60, 10), new BlockRange(191, 1));
  }

  @Test
  void aFailureInTheMiddleChangesNothing() throws Exception {
    a.listing(0, 200, 0b11);
    b.listing(0, 200, 0b11);
    b.zero = block -> block == 3 * 64 || block == 150 * 64 + 1;
    // One side waits for checkpoints that hold what the other side has already sent.
    b.beforeList =
        (place, time) -> {
          if (place == 100 && time == 1) {
            b.awaitCheckpoint();
          }
        };
    AtomicBoolean failed = new AtomicBoolean();
    b.beforeRead =
        (block, time) -> {
          if (block == 150 * 64 && failed.compareAndSet(false, true)) {
            throw new IOException("a failure on purpose");
          }
        };

    Map<String, Object> totals = compare(SETTINGS);

    assertThat(failed).isTrue();
    assertThat(b.timesListed(0)).isEqualTo(1);
    assertCompared(totals, 400, 2, new BlockRange(3 * 64, 1), new BlockRange(150 * 64 + 1, 1));
  }

  @Test
  void whatWaitsForTheEndSurvivesAFailure() throws Exception {
    a.listing(0, 200, 0b1);
    b.listing(0, 199, 0b10);
    a.beforeList =
        (place, time) -> {
          if (place == 199 && time == 1) {
            a.awaitCheckpoint();
          }
        };
    AtomicBoolean failed = new AtomicBoolean();
    a.beforeRead =
        (block, time) -> {
          if (block == 199 * 64 && failed.compareAndSet(false, true)) {
            throw new IOException("a failure on purpose");
          }
        };

    Map<String, Object> totals = compare(SETTINGS);

    assertThat(failed).isTrue();
    assertThat(a.timesListed(0)).isEqualTo(1);
    assertThat(totals).containsEntry(Totals.COMPARED, 399L).containsEntry(Totals.DIFFERING, 399L);
  }

  @Test
  void aBlockThatNeverHasItsDigestFailsTheComparison() {
    a.listing(0, 10, 1);
    b.listing(0, 10, 1);
    b.damaged = (block, time) -> block == 5 * 64;

    assertThatThrownBy(() -> compare(SETTINGS))
        .satisfies(
            failure ->
                assertThat(Transfer.causes(failure)).anyMatch(each -> each.contains("Block 320 ")));
  }

  @Test
  void buffersGoBackOnceTheyAreDigested() throws Exception {
    // Two segments of budget for the 80 of both sides.
    TransferOptions.Settings tight = new TransferOptions.Settings(64L << 20, 8, 8, false);
    a.listing(0, 40, -1);
    b.listing(0, 40, -1);
    a.zero = block -> true;
    b.zero = block -> true;

    assertCompared(compare(tight), 40 * 64, 0);
  }
}
