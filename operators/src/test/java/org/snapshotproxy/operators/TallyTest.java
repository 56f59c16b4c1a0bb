package org.snapshotproxy.operators;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
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

  private final World world = new World();

  @Test
  void everyBlockIsCountedOnce() throws Exception {
    world.listing(0, 500, 0b1011).listing(500, 1, -1);

    assertThat(count(Transfer.environment())).containsEntry(Totals.WRITTEN, 3L * 500 + 64);
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
        Transfer.descriptors(env, world).map(failing).returns(SegmentDescriptorCodec.type()));
    Map<String, Object> totals = env.execute("count").getAllAccumulatorResults();

    assertThat(FailOnce.FAILURES).hasValue(1);
    assertThat(world.timesListed(0)).isEqualTo(1);
    assertThat(totals).containsEntry(Totals.WRITTEN, 1_500L);
  }

  private Map<String, Object> count(StreamExecutionEnvironment env) throws Exception {
    DataStream<SegmentDescriptor> descriptors = Transfer.descriptors(env, world);
    TallyOperator.count(descriptors);
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
