package org.snapshotproxy.connectors.ebs.table;

import java.util.List;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.util.Collector;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.Masks;
import org.snapshotproxy.connectors.base.SegmentDescriptor;

/**
 * Divides descriptors into those of single blocks within a window, up to a limit. The limit is each
 * subtask's own and begins anew after a failure: the query that gave it counts its rows itself.
 */
final class SingleBlocks implements FlatMapFunction<SegmentDescriptor, SegmentDescriptor> {
  private static final long serialVersionUID = 1L;

  private final BlockWindow window;
  private final long limit;
  private long passed;

  SingleBlocks(BlockWindow window, long limit) {
    this.window = window;
    this.limit = limit;
  }

  @Override
  public void flatMap(SegmentDescriptor segment, Collector<SegmentDescriptor> out) {
    for (int block : Masks.indexes(segment.segment(), segment.move() | segment.clear())) {
      if (passed == limit) {
        return;
      }
      if (window.contains(block)) {
        passed++;
        out.collect(single(segment, Blocks.bit(block)));
      }
    }
  }

  private static SegmentDescriptor single(SegmentDescriptor segment, long bit) {
    if ((segment.move() & bit) == 0) {
      return new SegmentDescriptor(segment.segment(), 0, bit, List.of());
    }
    int position = Long.bitCount(segment.move() & (bit - 1));
    List<String> token =
        segment.tokens().isEmpty() ? List.of() : List.of(segment.tokens().get(position));
    return new SegmentDescriptor(segment.segment(), bit, 0, token);
  }
}
