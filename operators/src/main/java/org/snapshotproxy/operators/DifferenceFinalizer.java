package org.snapshotproxy.operators;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.accumulators.ListAccumulator;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.snapshotproxy.connectors.base.Masks;

/**
 * Keeps which blocks differ in keyed state (on disk with the RocksDB backend) and reports them in
 * index order, adjacent ones as one range, when the input ends. Runs once a job.
 */
final class DifferenceFinalizer extends AbstractStreamOperator<Long>
    implements OneInputStreamOperator<Compared, Long>, BoundedOneInput {
  private static final long serialVersionUID = 1L;

  /** Not the inherited one, which is Flink's and speaks at Flink's level. */
  private static final Logger LOG = LoggerFactory.getLogger(DifferenceFinalizer.class);

  /** Ranges reported at the most; more would be for a machine to read, and are counted. */
  static final int MOST_RANGES = 1000;

  /** The one key everything is kept under. */
  private static final Integer KEY = 0;

  private transient MapState<Integer, Long> differing;
  private transient ValueState<Integer> last;
  private transient ValueState<Long> compared;
  private transient Counter segmentsDiffering;
  private transient LongCounter ended;
  private transient LongCounter comparedTotal;
  private transient LongCounter differingTotal;
  private transient LongCounter rangesTotal;
  private transient ListAccumulator<BlockRange> firstRanges;

  private DifferenceFinalizer() {}

  static void sum(DataStream<Compared> segments) {
    segments
        .keyBy(segment -> KEY, Types.INT)
        .transform("differences", Types.LONG, new DifferenceFinalizer())
        .uid("differences")
        .setParallelism(1)
        .setMaxParallelism(1)
        .sinkTo(new DiscardingSink<>())
        .name("end")
        .uid("end")
        .setParallelism(1);
  }

  @Override
  public void open() throws Exception {
    super.open();
    differing =
        getRuntimeContext()
            .getMapState(new MapStateDescriptor<>("differing", Types.INT, Types.LONG));
    last = getRuntimeContext().getState(new ValueStateDescriptor<>("last-segment", Types.INT));
    compared = getRuntimeContext().getState(new ValueStateDescriptor<>("compared", Types.LONG));
    segmentsDiffering = getMetricGroup().addGroup("fsp").counter("segmentsDiffering");
    ended = Totals.register(getRuntimeContext(), Totals.ENDED);
    comparedTotal = Totals.register(getRuntimeContext(), Totals.COMPARED);
    differingTotal = Totals.register(getRuntimeContext(), Totals.DIFFERING);
    rangesTotal = Totals.register(getRuntimeContext(), Totals.RANGES);
    firstRanges = Totals.registerList(getRuntimeContext(), Totals.FIRST_RANGES);
  }

  @Override
  public void processElement(StreamRecord<Compared> element) throws Exception {
    Compared segment = element.getValue();
    Long before = compared.value();
    compared.update((before == null ? 0 : before) + Long.bitCount(segment.data()));
    if (segment.differing() == 0) {
      return;
    }
    segmentsDiffering.inc();
    differing.put(segment.segment(), segment.differing());
    Integer highest = last.value();
    if (highest == null || segment.segment() > highest) {
      last.update(segment.segment());
    }
  }

  /** Asks for each segment by its index: state backends promise no order. */
  @Override
  public void endInput() throws Exception {
    setCurrentKey(KEY);
    Ranges ranges = new Ranges();
    Integer highest = last.value();
    for (int segment = 0; highest != null && segment <= highest; segment++) {
      Long mask = differing.get(segment);
      if (mask != null) {
        Masks.forEachRun(segment, mask, ranges::add);
      }
    }
    ranges.end();
    Long sum = compared.value();
    ended.add(1L);
    comparedTotal.add(sum == null ? 0 : sum);
    differingTotal.add(ranges.blocks);
    rangesTotal.add(ranges.count);
    ranges.first.forEach(firstRanges::add);
    LOG.info(
        "{} blocks compared by digest: {} passed, {} failed, in {} ranges",
        comparedTotal.getLocalValue(),
        comparedTotal.getLocalValue() - ranges.blocks,
        ranges.blocks,
        ranges.count);
  }

  /** Joins runs that come in ascending order. */
  private static final class Ranges {
    private final List<BlockRange> first = new ArrayList<>();
    private BlockRange open;
    private long blocks;
    private long count;

    void add(int block, int length) {
      blocks += length;
      if (open != null && open.last() + 1 == block) {
        open = new BlockRange(open.first(), open.count() + length);
        return;
      }
      end();
      open = new BlockRange(block, length);
    }

    /** Ends the open range. */
    void end() {
      if (open == null) {
        return;
      }
      count++;
      if (first.size() < MOST_RANGES) {
        first.add(open);
      }
      open = null;
    }
  }
}
