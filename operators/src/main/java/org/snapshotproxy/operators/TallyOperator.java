package org.snapshotproxy.operators;

import java.util.List;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.snapshotproxy.connectors.base.SegmentDescriptor;

/**
 * Adds up block counts and reports them as {@link Totals#WRITTEN}. The sum is in every checkpoint
 * beside the listing positions, so a block is counted once whatever fails.
 */
public final class TallyOperator extends AbstractStreamOperator<Long>
    implements OneInputStreamOperator<Integer, Long>, BoundedOneInput {
  private static final long serialVersionUID = 1L;

  private transient ListState<Long> state;
  private transient LongCounter total;
  private transient long sum;

  private TallyOperator() {}

  /** Appends the count to a stream of descriptors. */
  public static void count(DataStream<SegmentDescriptor> descriptors) {
    descriptors
        .map(new CountFunction())
        .name("count")
        .uid("count")
        .transform("tally", Types.LONG, new TallyOperator())
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
        context.getOperatorStateStore().getListState(new ListStateDescriptor<>("sum", Types.LONG));
    sum = 0;
    for (Long part : state.get()) {
      sum += part;
    }
  }

  @Override
  public void open() throws Exception {
    super.open();
    total = Totals.register(getRuntimeContext(), Totals.WRITTEN);
  }

  @Override
  public void processElement(StreamRecord<Integer> element) {
    sum += element.getValue();
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    state.update(List.of(sum));
  }

  @Override
  public void endInput() {
    total.add(sum);
  }
}
