package org.snapshotproxy.operators;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.snapshotproxy.connectors.base.SegmentDescriptor;
import org.snapshotproxy.connectors.base.serial.SegmentDescriptorCodec;

/** Which segments a sample holds. */
class SampleTest {
  @RegisterExtension static final MiniClusterExtension CLUSTER = Cluster.ofTwoSlots();

  private static final Set<Integer> SAMPLED = new ConcurrentSkipListSet<>();

  private final World world = new World();

  @BeforeEach
  void forget() {
    SAMPLED.clear();
    FailOnce.FAILURES.set(0);
  }

  private Set<Integer> sample(boolean failing) throws Exception {
    SAMPLED.clear();
    StreamExecutionEnvironment env = Transfer.environment();
    SampleOperator.sample(Transfer.descriptors(env, world))
        .map(failing ? new FailOnce() : new Remember())
        .returns(SegmentDescriptorCodec.type())
        .sinkTo(new DiscardingSink<>());
    env.execute("sample");
    return new TreeSet<>(SAMPLED);
  }

  @Test
  void fewSegmentsAreAllOfThemInTheSample() throws Exception {
    world.listing(100, 16, 1);

    assertThat(sample(false)).hasSize(16);
  }

  @Test
  void sixteenAreTakenWhereOneInFiftyIsLess() throws Exception {
    world.listing(0, 300, 1);

    Set<Integer> first = sample(false);

    assertThat(first).hasSize(SampleOperator.FEWEST);
    assertThat(sample(false)).isEqualTo(first);
  }

  @Test
  void aboutOneInFiftyIsTakenOfManyAndOnlyOfThoseThatHoldBlocks() throws Exception {
    world.listing(0, 5000, 1);
    for (int segment = 5000; segment < 6000; segment++) {
      world.listed.add(new SegmentDescriptor(segment, 0, 1, List.of()));
    }

    Set<Integer> sampled = sample(false);

    assertThat(sampled).hasSizeBetween(60, 140).allMatch(segment -> segment < 5000);
    assertThat(sampled).anyMatch(segment -> segment < 1000).anyMatch(segment -> segment > 4000);
  }

  @Test
  void aSampleIsTheSameAfterAFailure() throws Exception {
    world.listing(0, 300, 1);
    Set<Integer> expected = sample(false);
    world.beforeList =
        (place, time) -> {
          if (place == 250 && time == 1) {
            world.awaitCheckpoint();
          }
        };

    assertThat(sample(true)).isEqualTo(expected);
    assertThat(FailOnce.FAILURES).hasValue(1);
  }

  private static final class Remember implements MapFunction<SegmentDescriptor, SegmentDescriptor> {
    private static final long serialVersionUID = 1L;

    @Override
    public SegmentDescriptor map(SegmentDescriptor descriptor) {
      if (descriptor.span() == null) {
        SAMPLED.add(descriptor.segment());
      }
      return descriptor;
    }
  }

  /** Fails at the first segment of the end, which comes after a checkpoint. */
  private static final class FailOnce implements MapFunction<SegmentDescriptor, SegmentDescriptor> {
    private static final long serialVersionUID = 1L;
    private static final AtomicInteger FAILURES = new AtomicInteger();

    @Override
    public SegmentDescriptor map(SegmentDescriptor descriptor) {
      if (SAMPLED.size() >= 10 && FAILURES.compareAndSet(0, 1)) {
        throw new IllegalStateException("a failure on purpose");
      }
      if (descriptor.span() == null) {
        SAMPLED.add(descriptor.segment());
      }
      return descriptor;
    }
  }
}
