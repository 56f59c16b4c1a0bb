package org.snapshotproxy.operators;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.transformations.OneInputTransformation;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.Segment;
import org.snapshotproxy.connectors.base.SegmentDescriptor;
import org.snapshotproxy.connectors.base.serial.SegmentCodec;

/**
 * A restore of more descriptors than are begun at one time, as of two subtasks into one. The test
 * says how far the reads are: each waits for a permit.
 */
@Timeout(60)
@SuppressWarnings({"try", "unchecked"}) // A harness may be interrupted; the graph is of raw types
class RestoredBacklogTest {
  /** What one subtask has read at one time and keeps, before it takes no more elements. */
  private static final int AT_ONCE = 2 + 2 * Blocks.PER_SEGMENT;

  private static final TransferOptions.Settings SETTINGS =
      new TransferOptions.Settings(128 * Blocks.SIZE, 2, 2, true);

  private final World world = new World().listing(0, 1, 0b1);
  private final Semaphore permits = new Semaphore(0);
  private final AtomicInteger begun = new AtomicInteger();

  RestoredBacklogTest() {
    // Skipped: nobody gives back the memory of segments here.
    world.zero = block -> true;
    world.beforeRead = (block, time) -> permits.acquire();
    world.parts =
        mask -> {
          begun.incrementAndGet();
          return mask;
        };
  }

  @Test
  void barriersComeBetweenTheElementsWhileItIsReadAgain() throws Exception {
    OperatorSubtaskState both =
        AbstractStreamOperatorTestHarness.repackageState(stopped(0), stopped(AT_ONCE));

    try (var fetch = harness(both)) {
      begun.set(0);
      fetch.open();
      assertThat(begun).hasValue(AT_ONCE);

      // As many elements as wait: each is taken when two more were begun, and not before.
      for (int taken = 1; taken <= AT_ONCE; taken++) {
        permits.release(2);
        fetch.processElement(descriptor(2 * AT_ONCE + taken));
        assertThat(begun).hasValue(AT_ONCE + 2 * taken);
      }

      permits.release(AT_ONCE);
      fetch.endInput();
      assertThat(fetch.extractOutputValues())
          .extracting(Segment::segment)
          .doesNotHaveDuplicates()
          .hasSize(3 * AT_ONCE);
    }
  }

  /** The state of a subtask that is stopped while it reads as much as it does at one time. */
  private OperatorSubtaskState stopped(int first) throws Exception {
    try (var fetch = harness(OperatorSubtaskState.builder().build())) {
      fetch.open();
      for (int segment = first; segment < first + AT_ONCE; segment++) {
        fetch.processElement(descriptor(segment));
      }
      fetch.prepareSnapshotPreBarrier(1);
      return fetch.snapshot(1, 1);
    }
  }

  private static StreamRecord<SegmentDescriptor> descriptor(int segment) {
    return new StreamRecord<>(new SegmentDescriptor(segment, 0b1, 0, List.of()));
  }

  private OneInputStreamOperatorTestHarness<SegmentDescriptor, Segment> harness(
      OperatorSubtaskState state) throws Exception {
    StreamExecutionEnvironment env = Transfer.environment();
    var fetch =
        (OneInputTransformation<SegmentDescriptor, Segment>)
            FetchOperator.fetch(Transfer.descriptors(env, world), world.origin(), SETTINGS)
                .getTransformation();
    var harness =
        new OneInputStreamOperatorTestHarness<SegmentDescriptor, Segment>(
            fetch.getOperatorFactory(), 128, 1, 0);
    harness.setup(SegmentCodec.type().createSerializer(env.getConfig().getSerializerConfig()));
    harness.initializeState(state);
    return harness;
  }
}
