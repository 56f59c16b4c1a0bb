package org.snapshotproxy.operators;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.CommittableWithLineage;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.snapshotproxy.connectors.base.Destination;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.base.Receipt;
import org.snapshotproxy.connectors.base.Seal;
import org.snapshotproxy.connectors.base.Span;
import org.snapshotproxy.connectors.base.flink.Committables;
import org.snapshotproxy.connectors.base.serial.ReceiptCodec;
import org.snapshotproxy.connectors.base.serial.SpanCodec;

/**
 * Keeps the receipts of a job in keyed state (on disk with the RocksDB backend), one a segment, and
 * sums them up in index order when the input ends, for each destination that was not given up. Runs
 * once a job.
 */
final class ReceiptFinalizer extends AbstractStreamOperator<CommittableMessage<Seals>>
    implements OneInputStreamOperator<CommittableMessage<WriteResult>, CommittableMessage<Seals>>,
        BoundedOneInput {
  private static final long serialVersionUID = 1L;

  /** Not the inherited one, which is Flink's and speaks at Flink's level. */
  private static final Logger LOG = LoggerFactory.getLogger(ReceiptFinalizer.class);

  /** The one key all receipts are kept under. */
  private static final Integer KEY = 0;

  private final String run;
  private final ArrayList<Destination> destinations;
  private transient MapState<Integer, Receipt> receipts;
  private transient MapState<Integer, String> failures;
  private transient MapState<Integer, Span> spans;
  private transient ValueState<Integer> last;
  private transient ValueState<Long> acknowledged;

  /** The state of that name, for the thread that reports metrics. */
  private transient volatile long acknowledgedBlocks;

  /** The newest checkpoint that a writer named; the one restored from before any did. */
  private transient long named;

  /** The checkpoint that the seals belong to: never one that is complete when they are sent. */
  private transient long checkpoint;

  private transient LongCounter ended;
  private transient LongCounter written;
  private transient LongCounter cleared;
  private transient LongCounter skipped;

  /**
   * @param run tells this run from every other, in the user's words
   */
  ReceiptFinalizer(String run, List<Destination> destinations) {
    this.run = run;
    this.destinations = new ArrayList<>(destinations);
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    named = context.getRestoredCheckpointId().orElse(0);
    checkpoint = named + 1;
  }

  @Override
  public void open() throws Exception {
    super.open();
    receipts =
        getRuntimeContext()
            .getMapState(new MapStateDescriptor<>("receipts", Types.INT, ReceiptCodec.type()));
    failures =
        getRuntimeContext()
            .getMapState(new MapStateDescriptor<>("failures", Types.INT, Types.STRING));
    spans =
        getRuntimeContext()
            .getMapState(new MapStateDescriptor<>("spans", Types.INT, SpanCodec.type()));
    last = getRuntimeContext().getState(new ValueStateDescriptor<>("last-segment", Types.INT));
    acknowledged =
        getRuntimeContext().getState(new ValueStateDescriptor<>("acknowledged-blocks", Types.LONG));
    setCurrentKey(KEY);
    checkRun();
    Long restored = acknowledged.value();
    acknowledgedBlocks = restored == null ? 0 : restored;
    getMetricGroup().addGroup("fsp").gauge("blocksAcknowledged", () -> acknowledgedBlocks);
    ended = Totals.register(getRuntimeContext(), Totals.ENDED);
    written = Totals.register(getRuntimeContext(), Totals.WRITTEN);
    cleared = Totals.register(getRuntimeContext(), Totals.CLEARED);
    skipped = Totals.register(getRuntimeContext(), Totals.SKIPPED);
  }

  /** Receipts of another run would be taken for blocks of this one that are already moved. */
  private void checkRun() throws IOException {
    ValueState<String> known =
        getRuntimeContext().getState(new ValueStateDescriptor<>("run", Types.STRING));
    if (known.value() == null) {
      known.update(run);
    } else if (!known.value().equals(run)) {
      throw new FspException(
          "The checkpoint or savepoint to go on from is of another run ("
              + known.value()
              + "), not of this one ("
              + run
              + "); nothing is sealed.");
    }
  }

  @Override
  public void processElement(StreamRecord<CommittableMessage<WriteResult>> element)
      throws Exception {
    CommittableMessage<WriteResult> message = element.getValue();
    OptionalLong name = Committables.checkpoint(message);
    named = Math.max(named, name.orElse(named));
    checkpoint = Math.max(checkpoint, name.orElse(named + 1));
    if (message instanceof CommittableWithLineage<WriteResult> result) {
      put(result.getCommittable());
    }
  }

  private void put(WriteResult result) throws Exception {
    Receipt receipt = result.receipt();
    if (receipt == null) {
      failures.put(result.destination(), result.failure());
      endIfNoneIsLeft();
      return;
    }
    if (receipt.span() != null) {
      spans.put(receipt.span().from(), receipt.span());
      return;
    }
    Integer highest = last.value();
    if (highest == null || receipt.segment() > highest) {
      last.update(receipt.segment());
    }
    if (!receipts.contains(receipt.segment())) {
      acknowledge(Long.bitCount(receipt.written() | receipt.cleared() | receipt.skipped()));
    }
    receipts.put(receipt.segment(), receipt);
  }

  private void acknowledge(int blocks) throws IOException {
    long sum = acknowledgedBlocks + blocks;
    acknowledged.update(sum);
    acknowledgedBlocks = sum;
  }

  private void endIfNoneIsLeft() throws Exception {
    Map<Integer, String> failed = failed();
    if (failed.size() == destinations.size()) {
      throw new PartialFailure(failed, 0, 0, 0);
    }
  }

  private Map<Integer, String> failed() throws Exception {
    Map<Integer, String> failed = new TreeMap<>();
    for (Map.Entry<Integer, String> each : failures.entries()) {
      failed.put(each.getKey(), each.getValue());
    }
    return failed;
  }

  @Override
  public void endInput() throws Exception {
    setCurrentKey(KEY);
    Coverage coverage = new Coverage();
    for (Span span : spans.values()) {
      coverage.add(span);
    }
    coverage.check();
    Seals seals = sum();
    Seal any = seals.seals().get(0);
    ended.add(1L);
    written.add(any.written());
    cleared.add(any.cleared());
    skipped.add(any.skipped());
    int subtask = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
    output.collect(new StreamRecord<>(Committables.announceOne(subtask, checkpoint)));
    output.collect(new StreamRecord<>(Committables.one(seals, subtask, checkpoint)));
  }

  /**
   * Asks for each segment by its index: state backends promise no order, the checksum needs one.
   */
  private Seals sum() throws Exception {
    Map<Integer, String> failed = failed();
    try (Ledgers ledgers = new Ledgers(destinations, failed)) {
      Summary summary = new Summary();
      Integer highest = last.value();
      for (int segment = 0; highest != null && segment <= highest; segment++) {
        Receipt receipt = receipts.get(segment);
        if (receipt != null) {
          summary.add(receipt);
          ledgers.add(receipt);
        }
      }
      List<Seal> seals = new ArrayList<>();
      byte[] checksum = summary.checksum();
      for (int i = 0; i < destinations.size(); i++) {
        Seal seal = summary.seal(checksum, ledgers.finish(i));
        log(i, seal, failed.get(i));
        seals.add(seal);
      }
      return new Seals(seals, failed);
    }
  }

  private void log(int destination, Seal seal, String failure) {
    String name = destinations.get(destination).name();
    if (failure == null) {
      LOG.info(
          "{}: {} blocks passed, 0 failed; {} cleared, {} zero blocks left out; sealing after the next checkpoint",
          name,
          seal.written(),
          seal.cleared(),
          seal.skipped());
    } else {
      LOG.info("{}: failed, and is not sealed: {}", name, failure);
    }
  }
}
