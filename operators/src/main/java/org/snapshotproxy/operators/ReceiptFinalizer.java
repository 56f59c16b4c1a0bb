package org.snapshotproxy.operators;

import java.security.MessageDigest;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.CommittableSummary;
import org.apache.flink.streaming.api.connector.sink2.CommittableWithLineage;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.Digests;
import org.snapshotproxy.connectors.base.Masks;
import org.snapshotproxy.connectors.base.Receipt;
import org.snapshotproxy.connectors.base.Seal;
import org.snapshotproxy.connectors.base.serial.ReceiptCodec;

/**
 * Keeps the receipts of one destination in keyed state (on disk with the RocksDB backend), one a
 * segment, and sums them up in index order when the input ends. Runs once a destination.
 */
final class ReceiptFinalizer extends AbstractStreamOperator<CommittableMessage<Seal>>
    implements OneInputStreamOperator<CommittableMessage<Receipt>, CommittableMessage<Seal>>,
        BoundedOneInput {
  private static final long serialVersionUID = 1L;

  /** The one key all receipts are kept under. */
  private static final Integer KEY = 0;

  private final String destination;
  private transient MapState<Integer, Receipt> receipts;
  private transient ValueState<Integer> last;
  private transient long checkpoint;
  private transient LongCounter written;
  private transient LongCounter cleared;
  private transient LongCounter skipped;

  ReceiptFinalizer(String destination) {
    this.destination = destination;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    checkpoint = context.getRestoredCheckpointId().orElse(0) + 1;
  }

  @Override
  public void open() throws Exception {
    super.open();
    receipts =
        getRuntimeContext()
            .getMapState(new MapStateDescriptor<>("receipts", Types.INT, ReceiptCodec.type()));
    last = getRuntimeContext().getState(new ValueStateDescriptor<>("last-segment", Types.INT));
    written = Totals.register(getRuntimeContext(), Totals.WRITTEN);
    cleared = Totals.register(getRuntimeContext(), Totals.CLEARED);
    skipped = Totals.register(getRuntimeContext(), Totals.SKIPPED);
  }

  @Override
  public void processElement(StreamRecord<CommittableMessage<Receipt>> element) throws Exception {
    CommittableMessage<Receipt> message = element.getValue();
    checkpoint = Math.max(checkpoint, message.getCheckpointId());
    if (message instanceof CommittableWithLineage<Receipt> receipt) {
      put(receipt.getCommittable());
    }
  }

  private void put(Receipt receipt) throws Exception {
    Integer highest = last.value();
    if (highest == null || receipt.segment() > highest) {
      last.update(receipt.segment());
    }
    receipts.put(receipt.segment(), receipt);
  }

  @Override
  public void endInput() throws Exception {
    setCurrentKey(KEY);
    Seal seal = sum();
    LOG.info(
        "{}: {} blocks written, {} cleared, {} zero blocks left out; sealing after the next checkpoint",
        destination,
        seal.written(),
        seal.cleared(),
        seal.skipped());
    written.add(seal.written());
    cleared.add(seal.cleared());
    skipped.add(seal.skipped());
    int subtask = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
    output.collect(new StreamRecord<>(new CommittableSummary<>(subtask, 1, checkpoint, 1, 0)));
    output.collect(new StreamRecord<>(new CommittableWithLineage<>(seal, checkpoint, subtask)));
  }

  /**
   * Asks for each segment by its index: state backends promise no order, the checksum needs one.
   */
  private Seal sum() throws Exception {
    MessageDigest checksum = Digests.newSha256();
    long writtenBlocks = 0;
    long clearedBlocks = 0;
    long skippedBlocks = 0;
    Integer highest = last.value();
    for (int segment = 0; highest != null && segment <= highest; segment++) {
      Receipt receipt = receipts.get(segment);
      if (receipt != null) {
        digest(receipt, checksum);
        writtenBlocks += Long.bitCount(receipt.written());
        clearedBlocks += Long.bitCount(receipt.cleared());
        skippedBlocks += Long.bitCount(receipt.skipped());
      }
    }
    return new Seal(writtenBlocks, clearedBlocks, skippedBlocks, checksum.digest());
  }

  private static void digest(Receipt receipt, MessageDigest checksum) {
    if (receipt.cleared() == 0) {
      checksum.update(receipt.digests());
      return;
    }
    byte[] zero = Blocks.zeroDigest();
    int next = 0;
    for (int index : Masks.indexes(receipt.segment(), receipt.written() | receipt.cleared())) {
      if ((receipt.cleared() & Blocks.bit(index)) != 0) {
        checksum.update(zero);
      } else {
        checksum.update(receipt.digests(), next, Digests.LENGTH);
        next += Digests.LENGTH;
      }
    }
  }
}
