package org.snapshotproxy.connectors.base.serial;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.snapshotproxy.connectors.base.Span;

/** Encodes {@link Span}. Version 1: from, to, of. */
public final class SpanCodec implements Codec<Span> {
  private static final long serialVersionUID = 1L;

  /** The Flink type. */
  public static CodecTypeInfo<Span> type() {
    return new CodecTypeInfo<>(Span.class, new SpanCodec());
  }

  @Override
  public int version() {
    return 1;
  }

  @Override
  public void write(Span value, DataOutput out) throws IOException {
    out.writeInt(value.from());
    out.writeInt(value.to());
    out.writeInt(value.of());
  }

  @Override
  public Span read(int version, DataInput in) throws IOException {
    return version == 1 ? new Span(in.readInt(), in.readInt(), in.readInt()) : unknown(version);
  }

  /** How an encoding that may have a span ends: whether it has one, and it. */
  static void writeOptional(Span span, DataOutput out) throws IOException {
    out.writeBoolean(span != null);
    if (span != null) {
      new SpanCodec().write(span, out);
    }
  }

  static Span readOptional(DataInput in) throws IOException {
    return in.readBoolean() ? new SpanCodec().read(1, in) : null;
  }
}
