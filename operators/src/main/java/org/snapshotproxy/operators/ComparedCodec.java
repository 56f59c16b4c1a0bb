package org.snapshotproxy.operators;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.snapshotproxy.connectors.base.serial.Codec;
import org.snapshotproxy.connectors.base.serial.CodecTypeInfo;

/** Encodes {@link Compared}. Version 1: segment, data, differing. */
public final class ComparedCodec implements Codec<Compared> {
  private static final long serialVersionUID = 1L;

  static CodecTypeInfo<Compared> type() {
    return new CodecTypeInfo<>(Compared.class, new ComparedCodec());
  }

  @Override
  public int version() {
    return 1;
  }

  @Override
  public void write(Compared value, DataOutput out) throws IOException {
    out.writeInt(value.segment());
    out.writeLong(value.data());
    out.writeLong(value.differing());
  }

  @Override
  public Compared read(int version, DataInput in) throws IOException {
    return version == 1
        ? new Compared(in.readInt(), in.readLong(), in.readLong())
        : unknown(version);
  }
}
