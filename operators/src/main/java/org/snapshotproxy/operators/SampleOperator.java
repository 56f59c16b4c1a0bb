package org.snapshotproxy.operators;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.snapshotproxy.connectors.base.SegmentDescriptor;
import org.snapshotproxy.connectors.base.serial.SegmentDescriptorCodec;

/**
 * Lets a sample of the segments that hold blocks through: about one in fifty, and sixteen at least
 * where there are so many. Which ones depends on their indexes alone, so the same list gives the
 * same sample.
 *
 * <p>Each segment has a rank, a hash of its index. Those below a bound pass at once; of the others
 * the lowest are kept, and fill the sample up when the input ends.
 */
public final class SampleOperator extends AbstractStreamOperator<SegmentDescriptor>
    implements OneInputStreamOperator<SegmentDescriptor, SegmentDescriptor>, BoundedOneInput {
  private static final long serialVersionUID = 1L;

  /** Segments of a sample at least. */
  static final int FEWEST = 16;

  /** One in so many segments passes. */
  static final int ONE_IN = 50;

  private static final int RANKS = 1 << 30;

  private static final Comparator<SegmentDescriptor> HIGHEST_FIRST =
      Comparator.comparingInt((SegmentDescriptor each) -> rank(each.segment()))
          .thenComparingInt(SegmentDescriptor::segment)
          .reversed();

  private transient ListState<Long> passedState;
  private transient ListState<SegmentDescriptor> keptState;
  private transient long passed;
  private transient Counter segmentsSampled;
  private transient PriorityQueue<SegmentDescriptor> kept;

  private SampleOperator() {}

  /** The sample of a stream of descriptors, each segment at most once. */
  public static DataStream<SegmentDescriptor> sample(DataStream<SegmentDescriptor> descriptors) {
    return descriptors
        .transform("sample", SegmentDescriptorCodec.type(), new SampleOperator())
        .uid("sample")
        .setParallelism(1)
        .setMaxParallelism(1);
  }

  /** A number from 0 to 2^30 - 1 that looks random: the finalizer of MurmurHash3. */
  static int rank(int segment) {
    int hash = segment + 0x9E3779B9;
    hash = (hash ^ hash >>> 16) * 0x85EBCA6B;
    hash = (hash ^ hash >>> 13) * 0xC2B2AE35;
    return (hash ^ hash >>> 16) & RANKS - 1;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    passedState =
        context
            .getOperatorStateStore()
            .getListState(new ListStateDescriptor<>("passed", Types.LONG));
    keptState =
        context
            .getOperatorStateStore()
            .getListState(new ListStateDescriptor<>("kept", SegmentDescriptorCodec.type()));
    passed = 0;
    for (Long part : passedState.get()) {
      passed += part;
    }
    kept = new PriorityQueue<>(HIGHEST_FIRST);
    for (SegmentDescriptor each : keptState.get()) {
      kept.add(each);
    }
  }

  @Override
  public void open() throws Exception {
    super.open();
    segmentsSampled = getMetricGroup().addGroup("fsp").counter("segmentsSampled");
  }

  @Override
  public void processElement(StreamRecord<SegmentDescriptor> element) {
    SegmentDescriptor descriptor = element.getValue();
    if (descriptor.span() != null) {
      output.collect(element);
      return;
    }
    if (descriptor.move() == 0) {
      return;
    }
    if (rank(descriptor.segment()) < RANKS / ONE_IN) {
      passed++;
      pass(element);
      return;
    }
    kept.add(descriptor);
    if (kept.size() > FEWEST) {
      kept.remove();
    }
  }

  private void pass(StreamRecord<SegmentDescriptor> element) {
    segmentsSampled.inc();
    output.collect(element);
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    passedState.update(List.of(passed));
    keptState.update(new ArrayList<>(kept));
  }

  @Override
  public void endInput() {
    List<SegmentDescriptor> lowestFirst = new ArrayList<>(kept);
    lowestFirst.sort(HIGHEST_FIRST.reversed());
    long missing = Math.max(0, FEWEST - passed);
    lowestFirst.stream().limit(missing).forEach(each -> pass(new StreamRecord<>(each)));
  }
}
