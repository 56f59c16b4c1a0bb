package org.snapshotproxy.connectors.base.serial;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.Serializable;

/**
 * The encoding of one immutable type. Stateless, with a public constructor without arguments.
 *
 * @param <T> the type
 */
public interface Codec<T> extends Serializable {
  /** The version that {@link #write} writes, 1 to 127. */
  int version();

  /** Writes a value in the current version. */
  void write(T value, DataOutput out) throws IOException;

  /** Reads a value of this or any earlier version. */
  T read(int version, DataInput in) throws IOException;

  /** Refuses an encoding that this code is too old, or too new, to know. */
  default T unknown(int version) throws IOException {
    throw new IOException(
        getClass().getSimpleName()
            + " reads versions 1 to "
            + version()
            + ", this state has version "
            + version);
  }
}
