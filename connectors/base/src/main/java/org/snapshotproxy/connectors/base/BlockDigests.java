package org.snapshotproxy.connectors.base;

import java.io.IOException;
import java.io.Serializable;

/**
 * What a place holds now, told by block index. Blocks nobody wrote, and those behind the place's
 * end, hold zeros. Thread-safe.
 */
public interface BlockDigests extends AutoCloseable {
  /** SHA-256 of the bytes of a block, read now. */
  byte[] digest(int block) throws IOException, InterruptedException;

  /** The first block of a run that holds anything but zeros; -1 if none does. */
  int firstNonZero(int firstBlock, int count) throws IOException, InterruptedException;

  @Override
  void close() throws IOException;

  /** Opens them where they are used. */
  @FunctionalInterface
  interface Factory extends Serializable {
    BlockDigests open();
  }
}
