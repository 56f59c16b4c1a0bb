package org.snapshotproxy.connectors.base.serial;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.snapshotproxy.connectors.base.Digests;
import org.snapshotproxy.connectors.base.Seal;

/**
 * Encodes {@link Seal}. Version 1: written, cleared, skipped, checksum. Version 2: and the note,
 * its length in UTF-8 bytes before it.
 */
public final class SealCodec implements Codec<Seal> {
  private static final long serialVersionUID = 1L;

  @Override
  public int version() {
    return 2;
  }

  @Override
  public void write(Seal value, DataOutput out) throws IOException {
    out.writeLong(value.written());
    out.writeLong(value.cleared());
    out.writeLong(value.skipped());
    out.write(value.checksum());
    byte[] note = value.note().getBytes(StandardCharsets.UTF_8);
    out.writeInt(note.length);
    out.write(note);
  }

  @Override
  public Seal read(int version, DataInput in) throws IOException {
    if (version < 1 || version > version()) {
      return unknown(version);
    }
    long written = in.readLong();
    long cleared = in.readLong();
    long skipped = in.readLong();
    byte[] checksum = new byte[Digests.LENGTH];
    in.readFully(checksum);
    return new Seal(written, cleared, skipped, checksum, version == 1 ? "" : note(in));
  }

  private static String note(DataInput in) throws IOException {
    byte[] note = new byte[in.readInt()];
    in.readFully(note);
    return new String(note, StandardCharsets.UTF_8);
  }
}
