package org.snapshotproxy.operators;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.Segment;
import org.snapshotproxy.connectors.base.serial.SegmentCodec;

/**
 * Two sinks behind one fetch, in a job of one's own, one of them behind a function that hands a
 * segment on later: a checkpoint waits for that one, and in this wait the other makes a receipt
 * which is in the next checkpoint only.
 */
@Timeout(120)
class TwoSinksTest {
  @RegisterExtension static final MiniClusterExtension CLUSTER = Cluster.ofTwoSlots();

  private static final int HELD = 7 * Blocks.PER_SEGMENT;

  /** One writing thread: the write behind begins when the direct one has sent word of its end. */
  private static final TransferOptions.Settings SETTINGS =
      new TransferOptions.Settings(128L * Blocks.SIZE, 8, 1, false);

  /** For the job's functions, which are serialized. */
  private static volatile TwoSinksTest test;

  private final World world = new World().listing(0, 40, 0b1);
  private final Store direct = world.store("direct");
  private final Store behind = world.store("behind");
  private final CountDownLatch inFlight = new CountDownLatch(1);
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch failed = new CountDownLatch(1);
  private volatile long waiting = -1;

  @BeforeEach
  void hold() {
    test = this;
    world.beforeList =
        (place, time) -> {
          if (place == 30) {
            await(failed);
          }
        };
    direct.beforePut =
        (block, time) -> {
          if (block == HELD) {
            inFlight.countDown();
            await(begun);
          }
        };
  }

  private static void await(CountDownLatch latch) throws InterruptedException {
    assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
  }

  /** In either order of the two in their chain; only in one the first has given its receipts. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void bothAreWholeAfterAFailureBehindThatCheckpoint(boolean directFirst) throws Exception {
    StreamExecutionEnvironment env = Transfer.environment().setParallelism(1);
    DataStream<Segment> segments =
        FetchOperator.fetch(Transfer.descriptors(env, world), world.origin(), SETTINGS)
            .map(
                segment -> {
                  segment.retain(1);
                  return segment;
                })
            .returns(SegmentCodec.type());
    if (directFirst) {
      write(passed(passed(segments)), "direct");
    }
    write(segments.transform("later", SegmentCodec.type(), new Later()), "behind");
    if (!directFirst) {
      write(passed(passed(segments)), "direct");
    }

    env.execute("two sinks");

    assertThat(failed.getCount()).isZero();
    Expected.assertWhole(world, direct);
    Expected.assertWhole(world, behind);
  }

  /** The further down the chain, the sooner Flink serves an operator's mail. */
  private static DataStream<Segment> passed(DataStream<Segment> segments) {
    return segments.map(segment -> segment).returns(SegmentCodec.type());
  }

  private void write(DataStream<Segment> segments, String name) {
    segments.sinkTo(new SegmentSink("o", List.of(world.destination(name)), SETTINGS)).uid(name);
  }

  /** Hands one segment on when a checkpoint begins, and fails when that is complete. */
  private static final class Later extends AbstractStreamOperator<Segment>
      implements OneInputStreamOperator<Segment, Segment> {
    private static final long serialVersionUID = 1L;
    private transient Segment held;

    @Override
    public void processElement(StreamRecord<Segment> element) {
      Segment segment = element.getValue();
      if (segment.segment() * Blocks.PER_SEGMENT == HELD && test.failed.getCount() > 0) {
        held = segment;
      } else {
        output.collect(element);
      }
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpoint) {
      if (held != null && test.inFlight.getCount() == 0) {
        output.collect(new StreamRecord<>(held));
        held = null;
        test.waiting = checkpoint;
        test.begun.countDown();
      }
    }

    @Override
    public void notifyCheckpointComplete(long checkpoint) throws Exception {
      super.notifyCheckpointComplete(checkpoint);
      if (checkpoint == test.waiting && test.failed.getCount() > 0) {
        test.failed.countDown();
        throw new IOException("a failure on purpose");
      }
    }
  }
}
