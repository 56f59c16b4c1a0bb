package org.snapshotproxy.operators;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.accumulators.ListAccumulator;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.snapshotproxy.connectors.base.SegmentDescriptor;
import org.snapshotproxy.connectors.base.Span;
import org.snapshotproxy.connectors.base.serial.SegmentDescriptorCodec;
import org.snapshotproxy.connectors.base.serial.SpanCodec;

/**
 * Adds up the blocks that descriptors move and clear, in all and by {@link Cells}, and reports them
 * as {@link Totals#WRITTEN}, {@link Totals#CLEARED}, {@link Totals#MOVED_BY_CELL} and {@link
 * Totals#CLEARED_BY_CELL}. The sums, of constant size, are in every checkpoint beside the listing
 * positions, so a block is counted once whatever fails.
 */
public final class TallyOperator extends AbstractStreamOperator<Long>
    implements OneInputStreamOperator<SegmentDescriptor, Long>, BoundedOneInput {
  private static final long serialVersionUID = 1L;

  private final Cells cells;
  private transient ListState<long[]> state;
  private transient ListState<Span> spanState;
  private transient List<Span> spans;
  private transient Counter blocksCounted;
  private transient Counter blocksToClear;
  private transient LongCounter ended;
  private transient LongCounter moved;
  private transient LongCounter cleared;
  private transient ListAccumulator<Long> movedByCell;
  private transient ListAccumulator<Long> clearedByCell;

  /** The counts of moved blocks, a cell each, and behind them those of cleared ones. */
  private transient long[] sums;

  private TallyOperator(Cells cells) {
    this.cells = cells;
  }

  /** Appends the count to a stream of descriptors of a volume. */
  public static void count(DataStream<SegmentDescriptor> descriptors, Cells cells) {
    descriptors
        .map(new CountFunction())
        .returns(SegmentDescriptorCodec.type())
        .name("count")
        .uid("count")
        .transform("tally", Types.LONG, new TallyOperator(cells))
        .uid("tally")
        .setParallelism(1)
        .setMaxParallelism(1)
        .sinkTo(new DiscardingSink<>())
        .name("end")
        .uid("end")
        .setParallelism(1);
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    state =
        context
            .getOperatorStateStore()
            .getListState(
                new ListStateDescriptor<>(
                    "sums", PrimitiveArrayTypeInfo.LONG_PRIMITIVE_ARRAY_TYPE_INFO));
    spanState =
        context
            .getOperatorStateStore()
            .getListState(new ListStateDescriptor<>("spans", SpanCodec.type()));
    spans = new ArrayList<>();
    spanState.get().forEach(spans::add);
    sums = new long[2 * cells.count()];
    for (long[] restored : state.get()) {
      sums = restored.clone();
    }
  }

  @Override
  public void open() throws Exception {
    super.open();
    MetricGroup group = getMetricGroup().addGroup("fsp");
    blocksCounted = group.counter("blocksCounted");
    blocksToClear = group.counter("blocksToClear");
    ended = Totals.register(getRuntimeContext(), Totals.ENDED);
    moved = Totals.register(getRuntimeContext(), Totals.WRITTEN);
    cleared = Totals.register(getRuntimeContext(), Totals.CLEARED);
    movedByCell = Totals.registerList(getRuntimeContext(), Totals.MOVED_BY_CELL);
    clearedByCell = Totals.registerList(getRuntimeContext(), Totals.CLEARED_BY_CELL);
  }

  @Override
  public void processElement(StreamRecord<SegmentDescriptor> element) {
    SegmentDescriptor descriptor = element.getValue();
    if (descriptor.span() != null) {
      spans.add(descriptor.span());
      return;
    }
    cells.add(descriptor.segment(), descriptor.move(), sums, 0);
    cells.add(descriptor.segment(), descriptor.clear(), sums, cells.count());
    blocksCounted.inc(descriptor.moveCount());
    blocksToClear.inc(Long.bitCount(descriptor.clear()));
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    state.update(List.of(sums.clone()));
    spanState.update(spans);
  }

  @Override
  public void endInput() {
    Coverage coverage = new Coverage();
    spans.forEach(coverage::add);
    coverage.check();
    ended.add(1L);
    for (int cell = 0; cell < cells.count(); cell++) {
      report(sums[cell], moved, movedByCell);
      report(sums[cells.count() + cell], cleared, clearedByCell);
    }
  }

  private static void report(long blocks, LongCounter total, ListAccumulator<Long> byCell) {
    total.add(blocks);
    byCell.add(blocks);
  }
}
