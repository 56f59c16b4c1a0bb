package org.snapshotproxy.connectors.ebs.table;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.AsyncDataStream;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.data.RowData;
import org.snapshotproxy.connectors.aws.AwsAccess;
import org.snapshotproxy.connectors.aws.RequestLimit;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.base.SegmentDescriptor;
import org.snapshotproxy.connectors.base.serial.SegmentDescriptorCodec;
import org.snapshotproxy.connectors.base.source.ListedOrigin;
import org.snapshotproxy.connectors.base.source.RangeSource;
import org.snapshotproxy.connectors.base.source.SegmentLister;
import org.snapshotproxy.connectors.ebs.DeltaInfo;
import org.snapshotproxy.connectors.ebs.DeltaOrigin;
import org.snapshotproxy.connectors.ebs.EbsOrigin;
import org.snapshotproxy.connectors.ebs.SnapshotInfo;
import org.snapshotproxy.connectors.ebs.Snapshots;

/**
 * What a table reads, and the part of a job that reads it.
 *
 * @param access where the snapshots are; its limit is that of all subtasks together
 * @param snapshotId the snapshot
 * @param since the snapshot that changes are counted from, or empty for all blocks
 * @param listConcurrency ranges that one subtask lists at one time
 * @param readConcurrency blocks that one subtask reads at one time
 */
record BlockScan(
    AwsAccess access, String snapshotId, String since, int listConcurrency, int readConcurrency) {
  /** In the user's words. */
  String name() {
    return (since.isEmpty() ? "" : "the changes from " + since + " to ")
        + snapshotId
        + " in "
        + access.region();
  }

  /**
   * The rows of a query.
   *
   * @param columns of the row, in order
   * @param window blocks outside of which no segment is listed
   * @param limit rows after which no more are needed
   * @param type of the row
   * @param uids what makes an operator's identity of a name, where the query has one
   * @throws FspException if the snapshots cannot be read
   */
  DataStream<RowData> rows(
      StreamExecutionEnvironment env,
      List<Column> columns,
      BlockWindow window,
      long limit,
      TypeInformation<RowData> type,
      Function<String, Optional<String>> uids) {
    int readers = Math.max(1, env.getParallelism());
    Listed listed =
        listed(
            access.within(new RequestLimit(access.limit().perSecond(), readers)),
            columns.stream().anyMatch(Column::isOfToken));
    SegmentLister.Factory lister = listed.origin().lister();
    RangeSource source =
        new RangeSource(
            () -> new WindowedLister(lister.open(), window, limit),
            listed.origin().segments(),
            listConcurrency);
    SingleOutputStreamOperator<SegmentDescriptor> segments =
        env.fromSource(source, WatermarkStrategy.noWatermarks(), "list " + name());
    uids.apply("list").ifPresent(segments::uid);
    BlockRows rows =
        new BlockRows(columns, since.isEmpty() ? "present" : "changed", snapshotId, listed.bytes());
    SingleOutputStreamOperator<RowData> result;
    if (columns.stream().anyMatch(Column::isFetched)) {
      result =
          AsyncDataStream.unorderedWait(
              // A small volume is one range; what is read of it is to be divided all the same.
              singles(segments.rebalance(), window, limit, uids),
              new BlockFetch(listed.origin(), rows, readConcurrency),
              // No timer of Flink's: each request has its own timeouts.
              0,
              TimeUnit.MILLISECONDS,
              readConcurrency);
    } else {
      result = singles(segments, window, limit, uids).map(rows);
    }
    uids.apply("rows").ifPresent(result::uid);
    return result.returns(type).name("blocks of " + name());
  }

  private static DataStream<SegmentDescriptor> singles(
      DataStream<SegmentDescriptor> segments,
      BlockWindow window,
      long limit,
      Function<String, Optional<String>> uids) {
    SingleOutputStreamOperator<SegmentDescriptor> singles =
        segments
            .flatMap(new SingleBlocks(window, limit))
            .returns(SegmentDescriptorCodec.type())
            .name("by block");
    uids.apply("by-block").ifPresent(singles::uid);
    return singles;
  }

  /**
   * What is listed.
   *
   * @param bytes of the snapshot's volume
   */
  private record Listed(ListedOrigin origin, long bytes) {}

  private Listed listed(AwsAccess reading, boolean tokens) {
    try (Snapshots snapshots = new Snapshots(reading)) {
      if (since.isEmpty()) {
        SnapshotInfo info = snapshots.inspect(snapshotId);
        return new Listed(
            new EbsOrigin(reading, info, EbsOrigin.Unlisted.IGNORE, tokens, listConcurrency),
            info.volumeGiB() * Blocks.GIB);
      }
      DeltaInfo info = snapshots.compare(since, snapshotId);
      return new Listed(
          new DeltaOrigin(
              reading,
              info,
              DeltaOrigin.Extent.CHANGES,
              DeltaOrigin.Growth.IGNORE,
              tokens,
              listConcurrency),
          info.second().volumeGiB() * Blocks.GIB);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FspException("Looking at " + name() + " was interrupted.", e);
    } catch (IOException e) {
      throw new FspException("Cannot look at " + name() + ": " + e.getMessage(), e);
    }
  }
}
