package org.snapshotproxy.connectors.base;

import java.io.IOException;

/**
 * Reads the blocks of one origin. Thread-safe: one instance serves all fetching threads of a task.
 */
public interface BlockReader extends AutoCloseable {
  /**
   * Fills {@code into} with one block, blocking. Bytes past the origin's end are zeros.
   *
   * @param descriptor the segment of the block
   * @param position the block's place among the moved blocks of the descriptor, 0 on
   * @param into {@link Blocks#SIZE} bytes
   * @return the SHA-256 the origin declares for the block, or {@code null} where it declares none;
   *     the caller checks it
   * @throws FspException if no repetition can help
   * @throws IOException for a fault that a restart of the job may mend
   */
  byte[] read(SegmentDescriptor descriptor, int position, byte[] into)
      throws IOException, InterruptedException;

  @Override
  void close() throws IOException;
}
