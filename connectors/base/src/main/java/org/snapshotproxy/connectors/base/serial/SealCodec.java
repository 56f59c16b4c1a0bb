package org.snapshotproxy.connectors.base.serial;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.snapshotproxy.connectors.base.Digests;
import org.snapshotproxy.connectors.base.Seal;

/** Encodes {@link Seal}. Version 1: written, cleared, skipped, checksum. */
public final class SealCodec implements Codec<Seal> {
  private static final long serialVersionUID = 1L;

  @Override
  public int version() {
    return 1;
  }

  @Override
  public void write(Seal value, DataOutput out) throws IOException {
    out.writeLong(value.written());
    out.writeLong(value.cleared());
    out.writeLong(value.skipped());
    out.write(value.checksum());
  }

  @Override
  public Seal read(int version, DataInput in) throws IOException {
    if (version != 1) {
      return unknown(version);
    }
    long written = in.readLong();
    long cleared = in.readLong();
    long skipped = in.readLong();
    byte[] checksum = new byte[Digests.LENGTH];
    in.readFully(checksum);
    return new Seal(written, cleared, skipped, checksum);
  }
}
