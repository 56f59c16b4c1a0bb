package org.snapshotproxy.connectors.base.serial;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.snapshotproxy.connectors.base.Digests;
import org.snapshotproxy.connectors.base.Receipt;

/**
 * Encodes {@link Receipt}. Version 1: segment, written, cleared, skipped, digests (their count is
 * that of written); version 2: the span as well.
 */
public final class ReceiptCodec implements Codec<Receipt> {
  private static final long serialVersionUID = 1L;

  /** The Flink type. */
  public static CodecTypeInfo<Receipt> type() {
    return new CodecTypeInfo<>(Receipt.class, new ReceiptCodec());
  }

  @Override
  public int version() {
    return 2;
  }

  @Override
  public void write(Receipt value, DataOutput out) throws IOException {
    out.writeInt(value.segment());
    out.writeLong(value.written());
    out.writeLong(value.cleared());
    out.writeLong(value.skipped());
    out.write(value.digests());
    SpanCodec.writeOptional(value.span(), out);
  }

  @Override
  public Receipt read(int version, DataInput in) throws IOException {
    if (version > 2) {
      return unknown(version);
    }
    int segment = in.readInt();
    long written = in.readLong();
    long cleared = in.readLong();
    long skipped = in.readLong();
    byte[] digests = new byte[Long.bitCount(written) * Digests.LENGTH];
    in.readFully(digests);
    return new Receipt(
        segment,
        written,
        cleared,
        skipped,
        digests,
        version == 1 ? null : SpanCodec.readOptional(in));
  }
}
