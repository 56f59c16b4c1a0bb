package org.snapshotproxy.connectors.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.CloseableIterator;
import org.snapshotproxy.connectors.base.SegmentDescriptor;
import org.snapshotproxy.connectors.base.Span;
import org.snapshotproxy.connectors.base.serial.SegmentDescriptorCodec;

/**
 * A job that fails once, at a known place: when a completed checkpoint covers exactly the segments
 * before {@link #STOP}, at the next segment. One job at a time; the job and the test share a JVM.
 */
final class Failover {
  /** The source's thread waits here for the checkpoint, in the middle of a range. */
  static final int STOP = 100;

  private static volatile CountDownLatch covered;
  private static volatile boolean failed;

  private Failover() {}

  /** Runs the source with the failure and returns what came out of the job, replays undone. */
  static List<SegmentDescriptor> run(Source<SegmentDescriptor, ?, ?> source) throws Exception {
    covered = new CountDownLatch(1);
    failed = false;
    Configuration configuration = new Configuration();
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 1);
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration).setParallelism(1);
    env.enableCheckpointing(50);
    List<SegmentDescriptor> all =
        results(
            env.fromSource(source, WatermarkStrategy.noWatermarks(), "segments")
                .map(new FailOnce())
                .returns(SegmentDescriptorCodec.type()));
    if (!failed) {
      throw new IllegalStateException("the job was to fail once and did not");
    }
    return all;
  }

  /** Runs a job and returns what came out of it. */
  @SuppressWarnings("try") // Flink declares close() to throw any exception, interruption included
  static List<SegmentDescriptor> results(DataStream<SegmentDescriptor> stream) throws Exception {
    List<SegmentDescriptor> all = new ArrayList<>();
    try (CloseableIterator<SegmentDescriptor> results = stream.executeAndCollect()) {
      results.forEachRemaining(all::add);
    }
    assertEnded(all.stream().map(SegmentDescriptor::span).filter(Objects::nonNull).toList());
    all.removeIf(each -> each.span() != null);
    return all;
  }

  /** That every range told of its end, once, without which nothing would be sealed. */
  private static void assertEnded(List<Span> spans) {
    int next = 0;
    for (Span span : spans.stream().sorted(Comparator.comparing(Span::from)).toList()) {
      assertThat(span.from()).isEqualTo(next);
      next = span.to();
    }
    assertThat(spans).isNotEmpty();
    assertThat(next).isEqualTo(spans.get(0).of());
  }

  /** For a source about to emit a segment: waits at {@link #STOP}, the first time. */
  static void gate(int segment) throws IOException {
    try {
      if (segment >= STOP && !covered.await(30, TimeUnit.SECONDS)) {
        throw new IOException("no checkpoint covered the segments before " + STOP);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private static final class FailOnce extends RichMapFunction<SegmentDescriptor, SegmentDescriptor>
      implements CheckpointListener, CheckpointedFunction {
    private static final long serialVersionUID = 1L;
    private int emitted;
    private int emittedBeforeCheckpoint;

    @Override
    public SegmentDescriptor map(SegmentDescriptor descriptor) {
      if (covered.getCount() == 0 && !failed) {
        failed = true;
        throw new IllegalStateException("a failure on purpose");
      }
      emitted += descriptor.span() == null ? 1 : 0;
      return descriptor;
    }

    @Override
    public void initializeState(FunctionInitializationContext context) {
      // The count is only of use before the failure.
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) {
      emittedBeforeCheckpoint = emitted;
    }

    @Override
    public void notifyCheckpointComplete(long checkpoint) {
      if (emittedBeforeCheckpoint == STOP) {
        covered.countDown();
      }
    }
  }
}
