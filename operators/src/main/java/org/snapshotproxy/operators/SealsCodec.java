package org.snapshotproxy.operators;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.snapshotproxy.connectors.base.Seal;
import org.snapshotproxy.connectors.base.serial.Codec;
import org.snapshotproxy.connectors.base.serial.SealCodec;

/**
 * Encodes {@link Seals}. Version 1: the seals' version, their count, the seals; the count of
 * failures, each with its destination.
 */
public final class SealsCodec implements Codec<Seals> {
  private static final long serialVersionUID = 1L;

  private final SealCodec codec = new SealCodec();

  @Override
  public int version() {
    return 1;
  }

  @Override
  public void write(Seals value, DataOutput out) throws IOException {
    out.writeByte(codec.version());
    out.writeInt(value.seals().size());
    for (Seal seal : value.seals()) {
      codec.write(seal, out);
    }
    out.writeInt(value.failures().size());
    for (Map.Entry<Integer, String> failure : value.failures().entrySet()) {
      out.writeInt(failure.getKey());
      out.writeUTF(failure.getValue());
    }
  }

  @Override
  public Seals read(int version, DataInput in) throws IOException {
    if (version != 1) {
      return unknown(version);
    }
    int sealVersion = in.readUnsignedByte();
    int count = in.readInt();
    List<Seal> seals = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      seals.add(codec.read(sealVersion, in));
    }
    int failed = in.readInt();
    Map<Integer, String> failures = new TreeMap<>();
    for (int i = 0; i < failed; i++) {
      failures.put(in.readInt(), in.readUTF());
    }
    return new Seals(seals, failures);
  }
}
