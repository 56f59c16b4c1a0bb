package org.snapshotproxy.operators;

import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessageTypeInfo;
import org.apache.flink.streaming.api.connector.sink2.SupportsPreCommitTopology;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.snapshotproxy.connectors.base.Destination;
import org.snapshotproxy.connectors.base.Receipt;
import org.snapshotproxy.connectors.base.Seal;
import org.snapshotproxy.connectors.base.Segment;
import org.snapshotproxy.connectors.base.serial.ReceiptCodec;
import org.snapshotproxy.connectors.base.serial.SealCodec;
import org.snapshotproxy.connectors.base.serial.VersionedCodecSerializer;

/**
 * The sink of every destination, in Flink's two phases.
 *
 * <p>Writes are at least once and idempotent; a checkpoint waits for the outstanding ones. Receipts
 * go to one finalizer, which sums them up at the end of the input; the committer seals the
 * destination with that sum once the last checkpoint is complete: exactly once in effect.
 */
public final class SegmentSink
    implements Sink<Segment>, SupportsCommitter<Seal>, SupportsPreCommitTopology<Receipt, Seal> {
  private static final long serialVersionUID = 1L;

  private final Destination destination;
  private final TransferOptions.Settings settings;

  public SegmentSink(Destination destination, TransferOptions.Settings settings) {
    this.destination = destination;
    this.settings = settings;
  }

  @Override
  public SinkWriter<Segment> createWriter(WriterInitContext context) {
    return new SegmentWriter(
        destination.openWriter(),
        JobResources.open(context.getJobInfo().getJobId(), settings),
        context.getMailboxExecutor(),
        context.metricGroup());
  }

  @Override
  public DataStream<CommittableMessage<Seal>> addPreCommitTopology(
      DataStream<CommittableMessage<Receipt>> receipts) {
    return receipts
        .keyBy(message -> 0, Types.INT)
        .transform(
            "finalizer",
            CommittableMessageTypeInfo.of(this::getCommittableSerializer),
            new ReceiptFinalizer(destination.name()))
        .uid("finalizer")
        .setParallelism(1)
        .setMaxParallelism(1)
        // The committer inherits the writers' parallelism; both messages of the seal must meet in
        // one subtask.
        .global();
  }

  @Override
  public Committer<Seal> createCommitter(CommitterInitContext context) {
    return new SealCommitter(destination.openSealer());
  }

  @Override
  public SimpleVersionedSerializer<Seal> getCommittableSerializer() {
    return new VersionedCodecSerializer<>(new SealCodec());
  }

  @Override
  public SimpleVersionedSerializer<Receipt> getWriteResultSerializer() {
    return new VersionedCodecSerializer<>(new ReceiptCodec());
  }
}
