package org.snapshotproxy.connectors.base.serial;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * Splits, enumerator state and committables over a {@link Codec}.
 *
 * @param <T> the type
 */
public final class VersionedCodecSerializer<T> implements SimpleVersionedSerializer<T> {
  private final Codec<T> codec;

  public VersionedCodecSerializer(Codec<T> codec) {
    this.codec = codec;
  }

  @Override
  public int getVersion() {
    return codec.version();
  }

  @Override
  public byte[] serialize(T value) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    codec.write(value, new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  @Override
  public T deserialize(int version, byte[] serialized) throws IOException {
    return codec.read(version, new DataInputStream(new ByteArrayInputStream(serialized)));
  }
}
