package org.snapshotproxy.operators;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessageTypeInfo;
import org.apache.flink.streaming.api.connector.sink2.SupportsPreCommitTopology;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.snapshotproxy.connectors.base.Destination;
import org.snapshotproxy.connectors.base.Segment;
import org.snapshotproxy.connectors.base.flink.LineSink;
import org.snapshotproxy.connectors.base.serial.VersionedCodecSerializer;

/**
 * The sink of every job, in Flink's two phases, for all its destinations: each segment goes to all
 * of them from the one copy that was read, and its receipt is kept once.
 *
 * <p>Writes are at least once and idempotent; a checkpoint has the receipts of those that are
 * acknowledged, and the fetch the descriptors of the others ({@link Custody}). Receipts go to one
 * finalizer, which sums them up at the end of the input; the committer seals the destinations with
 * that sum once the last checkpoint is complete: exactly once in effect.
 */
public final class SegmentSink
    implements LineSink<Segment>,
        SupportsCommitter<Seals>,
        SupportsPreCommitTopology<WriteResult, Seals> {
  private static final long serialVersionUID = 1L;

  /** As many as the restarts would give one destination alone. */
  static final int ATTEMPTS_AMONG_SEVERAL = 4;

  private final String origin;
  private final ArrayList<Destination> destinations;
  private final TransferOptions.Settings settings;

  /**
   * @param origin its name; with those of the destinations it tells a run from every other
   * @param destinations at least one; with more, those that fail are given up and told of in a
   *     {@link PartialFailure}
   */
  public SegmentSink(
      String origin, List<Destination> destinations, TransferOptions.Settings settings) {
    if (destinations.isEmpty()) {
      throw new IllegalArgumentException("a sink without a destination");
    }
    this.origin = origin;
    this.destinations = new ArrayList<>(destinations);
    this.settings = settings;
  }

  /** The sink in the user's words. */
  public String name() {
    return "write "
        + destinations.stream().map(Destination::name).collect(Collectors.joining(", "));
  }

  @Override
  public SinkWriter<Segment> createWriter(WriterInitContext context) {
    JobResources resources = JobResources.open(context.getJobInfo().getJobId(), settings);
    // One alone has the restarts of the job.
    int attempts = destinations.size() == 1 ? 1 : ATTEMPTS_AMONG_SEVERAL;
    List<Lane> lanes = new ArrayList<>();
    for (int i = 0; i < destinations.size(); i++) {
      lanes.add(
          new Lane(i, destinations.get(i), attempts, resources.writers(i), context.metricGroup()));
    }
    return new SegmentWriter(lanes, resources, context.getMailboxExecutor(), context.metricGroup());
  }

  @Override
  public DataStream<CommittableMessage<Seals>> addPreCommitTopology(
      DataStream<CommittableMessage<WriteResult>> results) {
    return results
        .keyBy(message -> 0, Types.INT)
        .transform(
            "finalizer",
            CommittableMessageTypeInfo.of(this::getCommittableSerializer),
            new ReceiptFinalizer("from " + origin + ": " + name(), destinations))
        .uid("finalizer")
        .setParallelism(1)
        .setMaxParallelism(1)
        // The committer inherits the writers' parallelism; both messages of the seals must meet in
        // one subtask.
        .global();
  }

  @Override
  public Committer<Seals> createCommitter(CommitterInitContext context) {
    return new SealCommitter(destinations, context.metricGroup());
  }

  @Override
  public SimpleVersionedSerializer<Seals> getCommittableSerializer() {
    return new VersionedCodecSerializer<>(new SealsCodec());
  }

  @Override
  public SimpleVersionedSerializer<WriteResult> getWriteResultSerializer() {
    return new VersionedCodecSerializer<>(new WriteResultCodec());
  }
}
