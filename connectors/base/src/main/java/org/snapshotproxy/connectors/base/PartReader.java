package org.snapshotproxy.connectors.base;

import java.io.IOException;
import org.apache.flink.annotation.PublicEvolving;

/**
 * Reads the blocks of one origin by parts: the blocks of a segment that the origin keeps together,
 * such as those of one compressed object. Thread-safe: one instance serves all fetching threads of
 * a task.
 */
@PublicEvolving
public interface PartReader extends Measured, AutoCloseable {
  /**
   * Divides the moved blocks of a descriptor.
   *
   * @return disjoint, non-empty sets, one bit a block, that together are {@code descriptor.move()}
   */
  long[] parts(SegmentDescriptor descriptor);

  /**
   * Fills {@code into} with the blocks of one part, blocking. Bytes past the origin's end are
   * zeros.
   *
   * @param descriptor the segment
   * @param part one of its {@link #parts}
   * @param into an array of {@link Blocks#SIZE} bytes for each block of the part, ascending
   * @return for each block the SHA-256 the origin declares, or {@code null} where it declares none;
   *     the caller checks it
   * @throws FspException if no repetition can help
   * @throws IOException for a fault that a restart of the job may mend
   */
  byte[][] read(SegmentDescriptor descriptor, long part, byte[][] into)
      throws IOException, InterruptedException;

  /** Where a part is, for a message about it. */
  default String place(SegmentDescriptor descriptor, long part) {
    return "its origin";
  }

  @Override
  void close() throws IOException;
}
