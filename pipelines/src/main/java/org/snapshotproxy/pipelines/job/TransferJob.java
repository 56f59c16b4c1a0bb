package org.snapshotproxy.pipelines.job;

import java.util.List;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.ComparingDestination;
import org.snapshotproxy.connectors.base.Destination;
import org.snapshotproxy.connectors.base.Origin;
import org.snapshotproxy.connectors.base.SegmentDescriptor;
import org.snapshotproxy.operators.Cells;
import org.snapshotproxy.operators.FetchOperator;
import org.snapshotproxy.operators.SampleOperator;
import org.snapshotproxy.operators.TallyOperator;
import org.snapshotproxy.operators.TransferOptions;
import org.snapshotproxy.operators.Transfers;

/**
 * The graph of every transfer, from one origin to any number of destinations, and those of a
 * comparison and of a count.
 */
public final class TransferJob {
  private TransferJob() {}

  /** Moves every segment of the origin to every destination. Only descriptors are shuffled. */
  public static void transfer(
      StreamExecutionEnvironment env,
      Origin origin,
      List<Destination> destinations,
      TransferOptions.Settings settings) {
    Transfers.write(
        FetchOperator.fetch(Transfers.list(env, origin, "list"), origin, settings),
        origin,
        destinations,
        settings);
  }

  /**
   * Shows the segments of the origin to a destination that compares.
   *
   * @param sample whether only a sample of them
   */
  public static void compare(
      StreamExecutionEnvironment env,
      Origin origin,
      ComparingDestination destination,
      boolean sample,
      TransferOptions.Settings settings) {
    DataStream<SegmentDescriptor> all = Transfers.list(env, origin, "list");
    Transfers.write(
        FetchOperator.fetch(sample ? SampleOperator.sample(all) : all, origin, settings),
        origin,
        List.of(destination),
        settings);
  }

  /**
   * Counts the blocks of the origin.
   *
   * @param volumeBytes length of the volume, which the counts by cell divide
   * @return the counted descriptors, for whatever else is to become of them
   */
  public static DataStream<SegmentDescriptor> count(
      StreamExecutionEnvironment env, Origin origin, long volumeBytes) {
    DataStream<SegmentDescriptor> descriptors = Transfers.list(env, origin, "list");
    TallyOperator.count(descriptors, Cells.of(Blocks.blocksFor(volumeBytes)));
    return descriptors;
  }
}
