package org.snapshotproxy.connectors.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.file.src.FileSourceSplit;
import org.apache.flink.connector.file.src.reader.BulkFormat;
import org.apache.flink.connector.file.src.util.CheckpointedPosition;
import org.apache.flink.connector.file.src.util.RecordAndPosition;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.Origin;
import org.snapshotproxy.connectors.base.SegmentDescriptor;
import org.snapshotproxy.connectors.base.source.RangeSource;
import org.snapshotproxy.connectors.base.source.SegmentLister;

/** Both sources as Flink runs them: whole, side by side, and with a failure in the middle. */
class SourcesJobTest {
  /** More than two ranges of the one source and 25 splits of the other. */
  private static final int SEGMENTS = 400;

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(2)
              .build());

  /** Where sources began anew after the failure. */
  private static final List<Integer> RESUMED = new CopyOnWriteArrayList<>();

  @TempDir Path directory;
  private Path image;

  /** One block of data in every other segment, the last segment cut short. */
  @BeforeEach
  void makeImage() throws IOException {
    RESUMED.clear();
    image = directory.resolve("image");
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      for (int segment = 1; segment < SEGMENTS; segment += 2) {
        file.seek(segment * Blocks.SEGMENT_SIZE + segment % 64 * (long) Blocks.SIZE);
        file.write(1);
      }
      file.setLength((SEGMENTS - 1) * Blocks.SEGMENT_SIZE + 15L * Blocks.SIZE + 100);
    }
  }

  private static List<SegmentDescriptor> written() {
    return IntStream.range(0, SEGMENTS)
        .filter(segment -> segment % 2 == 1)
        .mapToObj(segment -> new SegmentDescriptor(segment, 1L << segment % 64, 0, List.of()))
        .toList();
  }

  private static List<SegmentDescriptor> everything() {
    return IntStream.range(0, SEGMENTS)
        .mapToObj(
            segment ->
                new SegmentDescriptor(
                    segment, segment == SEGMENTS - 1 ? 0xFFFF : -1L, 0, List.of()))
        .toList();
  }

  private static List<SegmentDescriptor> run(Origin origin) throws Exception {
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment().setParallelism(2);
    return Failover.results(
        env.fromSource(origin.source(), WatermarkStrategy.noWatermarks(), origin.name()));
  }

  @Test
  void aLocalFileIsListedByTwoReaders() throws Exception {
    assertThat(run(LocalOrigin.inspect(image))).containsExactlyInAnyOrderElementsOf(written());
  }

  @Test
  void anImageOnAFileSystemIsListedByTwoReadersWithoutBeingRead() throws Exception {
    int opened = WatchedFileSystem.OPENED.get();

    assertThat(run(FileSystemOrigin.inspect(WatchedFileSystem.uri(image))))
        .containsExactlyInAnyOrderElementsOf(everything());
    assertThat(WatchedFileSystem.OPENED).hasValue(opened);
  }

  @Test
  void anImageThatCoversALargerVolumeClearsTheRest() throws Exception {
    long volume = (SEGMENTS + 3) * Blocks.SEGMENT_SIZE;
    List<SegmentDescriptor> expected = new ArrayList<>(everything().subList(0, SEGMENTS - 1));
    expected.add(new SegmentDescriptor(SEGMENTS - 1, 0xFFFF, ~0xFFFFL, List.of()));
    for (int segment = SEGMENTS; segment < SEGMENTS + 3; segment++) {
      expected.add(new SegmentDescriptor(segment, 0, -1, List.of()));
    }

    assertThat(run(FileSystemOrigin.inspect(WatchedFileSystem.uri(image)).covering(volume)))
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void aFailureInTheMiddleOfALocalFileRepeatsAndLosesNothing() throws Exception {
    LocalOrigin origin = LocalOrigin.inspect(image).withHoles(Holes.MOVE);
    Source<SegmentDescriptor, ?, ?> source =
        new RangeSource(() -> new GatedLister(new LocalLister(origin)), SEGMENTS, 1);

    assertThat(Failover.run(source)).containsExactlyInAnyOrderElementsOf(everything());
    assertThat(RESUMED).contains(Failover.STOP);
  }

  @Test
  void aFailureInTheMiddleOfASplitRepeatsAndLosesNothing() throws Exception {
    FileSystemOrigin origin = FileSystemOrigin.inspect(WatchedFileSystem.uri(image));
    Source<SegmentDescriptor, ?, ?> source =
        origin.source(new GatedFormat(new SegmentFormat(origin.bytes(), origin.volumeBytes())));

    assertThat(Failover.run(source)).containsExactlyInAnyOrderElementsOf(everything());
    assertThat(RESUMED).containsExactly(Failover.STOP);
  }

  /** Stops in the middle of the first range. */
  private record GatedLister(SegmentLister inner) implements SegmentLister {
    @Override
    public Page list(int from, int to) throws IOException, InterruptedException {
      RESUMED.add(from);
      Failover.gate(from);
      return inner.list(from, from < Failover.STOP ? Math.min(to, Failover.STOP) : to);
    }

    @Override
    public void close() throws IOException {
      inner.close();
    }
  }

  /** Stops in the middle of the seventh split; gives one record at a time. */
  private record GatedFormat(BulkFormat<SegmentDescriptor, FileSourceSplit> inner)
      implements BulkFormat<SegmentDescriptor, FileSourceSplit> {
    @Override
    public Reader<SegmentDescriptor> createReader(Configuration config, FileSourceSplit split)
        throws IOException {
      return new GatedReader(inner.createReader(config, split));
    }

    @Override
    public Reader<SegmentDescriptor> restoreReader(Configuration config, FileSourceSplit split)
        throws IOException {
      CheckpointedPosition position = split.getReaderPosition().orElseThrow();
      RESUMED.add((int) (position.getOffset() / Blocks.SEGMENT_SIZE));
      return new GatedReader(inner.restoreReader(config, split));
    }

    @Override
    public boolean isSplittable() {
      return inner.isSplittable();
    }

    @Override
    public TypeInformation<SegmentDescriptor> getProducedType() {
      return inner.getProducedType();
    }
  }

  private static final class GatedReader implements BulkFormat.Reader<SegmentDescriptor> {
    private final BulkFormat.Reader<SegmentDescriptor> inner;
    private BulkFormat.RecordIterator<SegmentDescriptor> batch;

    GatedReader(BulkFormat.Reader<SegmentDescriptor> inner) {
      this.inner = inner;
    }

    @Override
    public BulkFormat.RecordIterator<SegmentDescriptor> readBatch() throws IOException {
      RecordAndPosition<SegmentDescriptor> next = batch == null ? null : batch.next();
      while (next == null) {
        batch = inner.readBatch();
        if (batch == null) {
          return null;
        }
        next = batch.next();
      }
      Failover.gate(next.getRecord().segment());
      return new One(next);
    }

    @Override
    public void close() throws IOException {
      inner.close();
    }
  }

  private static final class One implements BulkFormat.RecordIterator<SegmentDescriptor> {
    private RecordAndPosition<SegmentDescriptor> record;

    One(RecordAndPosition<SegmentDescriptor> record) {
      this.record = record;
    }

    @Override
    public RecordAndPosition<SegmentDescriptor> next() {
      RecordAndPosition<SegmentDescriptor> one = record;
      record = null;
      return one;
    }

    @Override
    public void releaseBatch() {
      // Nothing is pooled.
    }
  }
}
