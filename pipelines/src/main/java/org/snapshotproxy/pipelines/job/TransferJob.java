package org.snapshotproxy.pipelines.job;

import java.util.List;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.snapshotproxy.connectors.base.Destination;
import org.snapshotproxy.connectors.base.Origin;
import org.snapshotproxy.connectors.base.Segment;
import org.snapshotproxy.connectors.base.SegmentDescriptor;
import org.snapshotproxy.operators.FetchFunction;
import org.snapshotproxy.operators.SegmentSink;
import org.snapshotproxy.operators.TallyOperator;
import org.snapshotproxy.operators.TransferOptions;

/** The graph of every transfer: one origin, any number of destinations; and that of a count. */
public final class TransferJob {
  private TransferJob() {}

  /** Moves every segment of the origin to every destination. Only descriptors are shuffled. */
  public static void transfer(
      StreamExecutionEnvironment env,
      Origin origin,
      List<Destination> destinations,
      TransferOptions.Settings settings) {
    DataStream<Segment> segments =
        FetchFunction.fetch(descriptors(env, origin), origin, settings, destinations.size());
    for (int i = 0; i < destinations.size(); i++) {
      Destination destination = destinations.get(i);
      segments
          .sinkTo(new SegmentSink(destination, settings))
          .name("write " + destination.name())
          .uid("write-" + i);
    }
  }

  /** Counts the blocks of the origin. */
  public static void count(StreamExecutionEnvironment env, Origin origin) {
    TallyOperator.count(descriptors(env, origin));
  }

  private static DataStream<SegmentDescriptor> descriptors(
      StreamExecutionEnvironment env, Origin origin) {
    return env.fromSource(
            origin.source(), WatermarkStrategy.noWatermarks(), "list " + origin.name())
        .uid("list");
  }
}
