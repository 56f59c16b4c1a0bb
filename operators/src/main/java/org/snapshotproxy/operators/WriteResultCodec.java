package org.snapshotproxy.operators;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.snapshotproxy.connectors.base.serial.Codec;
import org.snapshotproxy.connectors.base.serial.ReceiptCodec;

/**
 * Encodes {@link WriteResult}. Version 1: whether it is a receipt; then the receipt's version and
 * the receipt, or the destination and the failure.
 */
public final class WriteResultCodec implements Codec<WriteResult> {
  private static final long serialVersionUID = 1L;

  private final ReceiptCodec receipts = new ReceiptCodec();

  @Override
  public int version() {
    return 1;
  }

  @Override
  public void write(WriteResult value, DataOutput out) throws IOException {
    out.writeBoolean(value.receipt() != null);
    if (value.receipt() != null) {
      out.writeByte(receipts.version());
      receipts.write(value.receipt(), out);
    } else {
      out.writeInt(value.destination());
      out.writeUTF(value.failure());
    }
  }

  @Override
  public WriteResult read(int version, DataInput in) throws IOException {
    if (version != 1) {
      return unknown(version);
    }
    if (in.readBoolean()) {
      return WriteResult.of(receipts.read(in.readUnsignedByte(), in));
    }
    return WriteResult.givenUp(in.readInt(), in.readUTF());
  }
}
