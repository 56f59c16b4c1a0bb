package org.snapshotproxy.connectors.base.serial;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.snapshotproxy.connectors.base.SegmentDescriptor;

/**
 * Encodes {@link SegmentDescriptor}. Version 1: segment, move, clear, tokens; version 2: the span
 * as well.
 */
public final class SegmentDescriptorCodec implements Codec<SegmentDescriptor> {
  private static final long serialVersionUID = 1L;

  /** The Flink type. */
  public static CodecTypeInfo<SegmentDescriptor> type() {
    return new CodecTypeInfo<>(SegmentDescriptor.class, new SegmentDescriptorCodec());
  }

  @Override
  public int version() {
    return 2;
  }

  @Override
  public void write(SegmentDescriptor value, DataOutput out) throws IOException {
    out.writeInt(value.segment());
    out.writeLong(value.move());
    out.writeLong(value.clear());
    out.writeByte(value.tokens().size());
    for (String token : value.tokens()) {
      out.writeUTF(token);
    }
    SpanCodec.writeOptional(value.span(), out);
  }

  @Override
  public SegmentDescriptor read(int version, DataInput in) throws IOException {
    if (version > 2) {
      return unknown(version);
    }
    int segment = in.readInt();
    long move = in.readLong();
    long clear = in.readLong();
    int count = in.readUnsignedByte();
    List<String> tokens = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      tokens.add(in.readUTF());
    }
    return new SegmentDescriptor(
        segment, move, clear, tokens, version == 1 ? null : SpanCodec.readOptional(in));
  }
}
