package org.snapshotproxy.operators;

import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.snapshotproxy.connectors.base.Masks;
import org.snapshotproxy.connectors.base.Receipt;
import org.snapshotproxy.connectors.base.serial.ReceiptCodec;

/**
 * Compares two places segment by segment. The receipt of the side that is ahead waits in keyed
 * state (on disk with the RocksDB backend) and goes when the other side's comes; what still waits
 * when both inputs have ended is compared with zeros.
 */
public final class CompareFunction
    extends KeyedCoProcessFunction<Integer, Receipt, Receipt, Compared> {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(CompareFunction.class);

  /** The watermark that Flink sends when an input ends; no other ever comes in these jobs. */
  private static final long END = Long.MAX_VALUE;

  private transient ValueState<Receipt> first;
  private transient ValueState<Receipt> second;
  private transient Counter blocksCompared;
  private transient Counter blocksDiffering;

  private CompareFunction() {}

  /**
   * Appends the comparison of two places. What comes of it is reported as {@link Totals#COMPARED},
   * {@link Totals#DIFFERING}, {@link Totals#RANGES} and {@link Totals#FIRST_RANGES}.
   */
  public static void compare(DataStream<Receipt> a, DataStream<Receipt> b) {
    DifferenceFinalizer.sum(
        a.keyBy(Receipt::segment, Types.INT)
            .connect(b.keyBy(Receipt::segment, Types.INT))
            .process(new CompareFunction(), ComparedCodec.type())
            .name("compare")
            .uid("compare"));
  }

  @Override
  public void open(OpenContext context) {
    first = getRuntimeContext().getState(waiting("waiting-a"));
    second = getRuntimeContext().getState(waiting("waiting-b"));
    MetricGroup group = getRuntimeContext().getMetricGroup().addGroup("fsp");
    blocksCompared = group.counter("blocksCompared");
    blocksDiffering = group.counter("blocksDiffering");
  }

  private static ValueStateDescriptor<Receipt> waiting(String name) {
    return new ValueStateDescriptor<>(name, ReceiptCodec.type());
  }

  @Override
  public void processElement1(Receipt receipt, Context context, Collector<Compared> out)
      throws Exception {
    meet(receipt, first, second, context, out);
  }

  @Override
  public void processElement2(Receipt receipt, Context context, Collector<Compared> out)
      throws Exception {
    meet(receipt, second, first, context, out);
  }

  private void meet(
      Receipt receipt,
      ValueState<Receipt> own,
      ValueState<Receipt> others,
      Context context,
      Collector<Compared> out)
      throws Exception {
    if (receipt.span() != null) {
      return; // the end of a range has nothing to compare
    }
    Receipt other = others.value();
    if (other == null) {
      own.update(receipt);
      context.timerService().registerEventTimeTimer(END);
      return;
    }
    others.clear();
    context.timerService().deleteEventTimeTimer(END);
    emit(Compared.of(receipt, other), out);
  }

  @Override
  public void onTimer(long time, OnTimerContext context, Collector<Compared> out) throws Exception {
    Receipt left = first.value() == null ? second.value() : first.value();
    first.clear();
    second.clear();
    emit(Compared.withZeros(left), out);
  }

  private void emit(Compared compared, Collector<Compared> out) {
    blocksCompared.inc(Long.bitCount(compared.data()));
    blocksDiffering.inc(Long.bitCount(compared.differing()));
    if (LOG.isDebugEnabled()) {
      for (int block : Masks.indexes(compared.segment(), compared.data() & ~compared.differing())) {
        LOG.debug("block {} is the same", block);
      }
      for (int block : Masks.indexes(compared.segment(), compared.differing())) {
        LOG.debug("block {} differs", block);
      }
    }
    out.collect(compared);
  }
}
