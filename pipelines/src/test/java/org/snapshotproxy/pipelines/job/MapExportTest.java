package org.snapshotproxy.pipelines.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snapshotproxy.connectors.base.SegmentDescriptor;
import org.snapshotproxy.connectors.base.serial.SegmentDescriptorCodec;
import org.snapshotproxy.connectors.base.source.RangeSource;
import org.snapshotproxy.connectors.base.source.SegmentLister;
import org.snapshotproxy.operators.Cells;
import org.snapshotproxy.operators.TallyOperator;

/** An export whose job fails after a checkpoint that some of its rows are in. */
class MapExportTest {
  private static final int SEGMENTS = 120;

  /** The listing waits here until what came before is in a checkpoint. */
  private static final int GATE = 80;

  private static final CountDownLatch COVERED = new CountDownLatch(1);
  private static final AtomicInteger EMITTED = new AtomicInteger();
  private static final AtomicInteger FAILURES = new AtomicInteger();
  private static final AtomicInteger FIRST_LISTED = new AtomicInteger();

  @TempDir Path directory;

  @Test
  void everyRowIsWrittenOnceAlthoughTheJobFails() throws Exception {
    Path map = directory.resolve("map");

    new JobRunner(new Configuration(), new Unwatched()).run("export", env -> build(env, map));

    assertThat(FAILURES).hasValue(1);
    assertThat(FIRST_LISTED).hasValue(1);
    List<String> rows = new ArrayList<>();
    try (Stream<Path> files = Files.list(map)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".csv")).toList()) {
        rows.addAll(Files.readAllLines(file));
      }
    }
    assertThat(rows)
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, SEGMENTS)
                .boxed()
                .flatMap(
                    segment ->
                        Stream.of(
                            segment * 64 + "," + segment * 33_554_432L + ",changed,",
                            segment * 64
                                + 1
                                + ","
                                + (segment * 33_554_432L + 524_288)
                                + ",cleared,"))
                .toList());
  }

  private static void build(StreamExecutionEnvironment env, Path map) {
    env.setParallelism(1);
    DataStream<SegmentDescriptor> descriptors =
        env.fromSource(
                new RangeSource(Lister::new, SEGMENTS, 1), WatermarkStrategy.noWatermarks(), "list")
            .uid("list")
            .map(new FailOnce())
            .returns(SegmentDescriptorCodec.type())
            .uid("fail");
    TallyOperator.count(descriptors, Cells.of(64 * SEGMENTS));
    new MapExport(new org.apache.flink.core.fs.Path(map.toUri()), "blocks-x", "changed")
        .write(descriptors);
  }

  private static final class Lister implements SegmentLister {
    @Override
    public Page list(int from, int to) throws InterruptedException {
      if (from == 0) {
        FIRST_LISTED.incrementAndGet();
      }
      if (from == GATE) {
        assertThat(COVERED.await(60, TimeUnit.SECONDS)).isTrue();
      }
      return new Page(List.of(new SegmentDescriptor(from, 0b01, 0b10, List.of())), from + 1);
    }

    @Override
    public void close() throws IOException {
      // Nothing is open.
    }
  }

  /** Fails behind the gate, the first time. */
  private static final class FailOnce
      implements MapFunction<SegmentDescriptor, SegmentDescriptor>, CheckpointListener {
    private static final long serialVersionUID = 1L;
    private transient int checkpoints;

    @Override
    public SegmentDescriptor map(SegmentDescriptor descriptor) {
      EMITTED.incrementAndGet();
      if (descriptor.segment() == GATE + 10 && FAILURES.compareAndSet(0, 1)) {
        throw new IllegalStateException("a failure on purpose");
      }
      return descriptor;
    }

    @Override
    public void notifyCheckpointComplete(long checkpoint) {
      // The first one after all before the gate were here may have begun before.
      if (EMITTED.get() >= GATE && ++checkpoints >= 2) {
        COVERED.countDown();
      }
    }
  }
}
