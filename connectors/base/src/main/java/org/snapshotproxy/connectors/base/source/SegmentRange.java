package org.snapshotproxy.connectors.base.source;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.apache.flink.api.connector.source.SourceSplit;
import org.snapshotproxy.connectors.base.serial.Codec;

/**
 * A split: segments {@code [from, to)}, of which those before {@code next} are done.
 *
 * @param from first segment
 * @param to end, exclusive
 * @param next the segment to go on with
 */
public record SegmentRange(int from, int to, int next) implements SourceSplit {
  public SegmentRange {
    if (from < 0 || to <= from || next < from || next > to) {
      throw new IllegalArgumentException(
          "Not a range of segments: from " + from + " to " + to + ", next " + next);
    }
  }

  @Override
  public String splitId() {
    return from + "-" + to;
  }

  /** Version 1: from, to, next. */
  static final class RangeCodec implements Codec<SegmentRange> {
    private static final long serialVersionUID = 1L;

    @Override
    public int version() {
      return 1;
    }

    @Override
    public void write(SegmentRange value, DataOutput out) throws IOException {
      out.writeInt(value.from);
      out.writeInt(value.to);
      out.writeInt(value.next);
    }

    @Override
    public SegmentRange read(int version, DataInput in) throws IOException {
      return version == 1
          ? new SegmentRange(in.readInt(), in.readInt(), in.readInt())
          : unknown(version);
    }
  }
}
