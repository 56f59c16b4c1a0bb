package org.snapshotproxy.pipelines.job;

import java.time.Duration;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.api.common.serialization.SimpleStringEncoder;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.functions.sink.filesystem.OutputFileConfig;
import org.apache.flink.streaming.api.functions.sink.filesystem.bucketassigners.BasePathBucketAssigner;
import org.apache.flink.streaming.api.functions.sink.filesystem.rollingpolicies.DefaultRollingPolicy;
import org.snapshotproxy.connectors.base.Origin;
import org.snapshotproxy.connectors.base.Receipt;
import org.snapshotproxy.connectors.base.SegmentDescriptor;
import org.snapshotproxy.operators.DigestFunction;
import org.snapshotproxy.operators.FetchOperator;
import org.snapshotproxy.operators.TransferOptions;

/**
 * Writes the map of a volume as CSV files, in parallel and exactly once: what a failed attempt
 * wrote and did not commit never takes a file's final name.
 *
 * @param directory new or empty
 * @param prefix that the names of the files begin with
 * @param moved the state of the blocks that descriptors move, such as {@code present}
 */
public record MapExport(Path directory, String prefix, String moved) {
  private static final MemorySize LARGEST_FILE = MemorySize.ofMebiBytes(256);

  /** Files are ended by their size, and not by the time a slow list takes. */
  private static final Duration NEVER = Duration.ofDays(365);

  /** Writes the rows of descriptors, without digests. */
  public void write(DataStream<SegmentDescriptor> descriptors) {
    MapRows rows = new MapRows(moved);
    FlatMapFunction<SegmentDescriptor, String> toRows =
        (descriptor, out) -> rows.of(descriptor).ifPresent(out::collect);
    write(descriptors.flatMap(toRows));
  }

  /** Reads every block that descriptors move, and writes the rows with digests. */
  public void writeDigests(
      DataStream<SegmentDescriptor> descriptors, Origin origin, TransferOptions.Settings settings) {
    MapRows rows = new MapRows(moved);
    FlatMapFunction<Receipt, String> toRows =
        (receipt, out) -> rows.of(receipt).ifPresent(out::collect);
    write(
        DigestFunction.digests(FetchOperator.fetch(descriptors, origin, settings), "digests")
            .flatMap(toRows));
  }

  private void write(SingleOutputStreamOperator<String> rows) {
    FileSink<String> sink =
        FileSink.forRowFormat(directory, new SimpleStringEncoder<String>())
            .withBucketAssigner(new BasePathBucketAssigner<>())
            .withOutputFileConfig(new OutputFileConfig(prefix, ".csv"))
            .withRollingPolicy(
                DefaultRollingPolicy.builder()
                    .withMaxPartSize(LARGEST_FILE)
                    .withRolloverInterval(NEVER)
                    .withInactivityInterval(NEVER)
                    .build())
            .build();
    rows.returns(Types.STRING)
        .name("rows")
        .uid("rows")
        .sinkTo(sink)
        .name("export to " + directory)
        .uid("export");
  }
}
