package org.snapshotproxy.operators;

import java.util.List;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamSink;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.snapshotproxy.connectors.base.Destination;
import org.snapshotproxy.connectors.base.Origin;
import org.snapshotproxy.connectors.base.Segment;
import org.snapshotproxy.connectors.base.SegmentDescriptor;

/**
 * The parts of a transfer, for a job of one's own: {@link #read} an origin, do something with its
 * segments, {@link #write} them.
 *
 * <p>The settings are those of {@link TransferOptions} in the environment's configuration. A
 * segment's buffers are on loan: who takes a segment out of the stream, and does not hand it on,
 * gives them back with {@link Segment#release}, or the reading comes to a stand. The records that
 * end a range ({@link Segment#span}) have no blocks and go on to the sink; without all of them it
 * seals nothing.
 */
@PublicEvolving
public final class Transfers {
  private Transfers() {}

  /**
   * The descriptors of an origin, without data.
   *
   * @param uid the operator's identity within the job
   */
  public static SingleOutputStreamOperator<SegmentDescriptor> list(
      StreamExecutionEnvironment env, Origin origin, String uid) {
    return env.fromSource(
            origin.source(), WatermarkStrategy.noWatermarks(), "list " + origin.name())
        .uid(uid);
  }

  /**
   * The segments of an origin, every block read and checked. Only descriptors are shuffled and are
   * in checkpoints.
   *
   * @throws org.snapshotproxy.connectors.base.FspException if a setting is out of its range
   */
  public static SingleOutputStreamOperator<Segment> read(
      StreamExecutionEnvironment env, Origin origin) {
    return FetchOperator.fetch(
        list(env, origin, "list"), origin, TransferOptions.from(env.getConfiguration()));
  }

  /**
   * Writes segments to every destination, from the one copy that was read, and seals each once all
   * of the origin is written and in a checkpoint.
   *
   * @param segments as {@link #read} gave them, on the same tasks where nothing is to be shuffled
   * @param origin what they are of
   * @param destinations at least one
   */
  public static DataStreamSink<Segment> write(
      DataStream<Segment> segments, Origin origin, Destination... destinations) {
    return write(
        segments,
        origin,
        List.of(destinations),
        TransferOptions.from(segments.getExecutionEnvironment().getConfiguration()));
  }

  /** The same with settings that do not come from the environment. */
  public static DataStreamSink<Segment> write(
      DataStream<Segment> segments,
      Origin origin,
      List<Destination> destinations,
      TransferOptions.Settings settings) {
    SegmentSink sink = new SegmentSink(origin.name(), destinations, settings);
    return segments.sinkTo(sink).name(sink.name()).uid("write");
  }
}
