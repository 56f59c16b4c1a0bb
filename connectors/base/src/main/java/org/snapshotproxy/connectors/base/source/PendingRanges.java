package org.snapshotproxy.connectors.base.source;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.snapshotproxy.connectors.base.serial.Codec;

/**
 * The enumerator's state: the ranges no reader has yet.
 *
 * @param ranges in the order they are handed out
 */
public record PendingRanges(List<SegmentRange> ranges) {
  public PendingRanges {
    ranges = List.copyOf(ranges);
  }

  /** Cuts {@code segments} segments into ranges of {@code size}, the last one perhaps shorter. */
  static PendingRanges of(int segments, int size) {
    List<SegmentRange> ranges = new ArrayList<>();
    for (int from = 0; from < segments; from += size) {
      int to = Math.min(segments, from + size);
      ranges.add(new SegmentRange(from, to, from));
    }
    return new PendingRanges(ranges);
  }

  /** Version 1: count, ranges. */
  static final class PendingCodec implements Codec<PendingRanges> {
    private static final long serialVersionUID = 1L;
    private final SegmentRange.RangeCodec range = new SegmentRange.RangeCodec();

    @Override
    public int version() {
      return 1;
    }

    @Override
    public void write(PendingRanges value, DataOutput out) throws IOException {
      out.writeInt(value.ranges.size());
      for (SegmentRange each : value.ranges) {
        range.write(each, out);
      }
    }

    @Override
    public PendingRanges read(int version, DataInput in) throws IOException {
      if (version != 1) {
        return unknown(version);
      }
      int count = in.readInt();
      List<SegmentRange> ranges = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        ranges.add(range.read(1, in));
      }
      return new PendingRanges(ranges);
    }
  }
}
