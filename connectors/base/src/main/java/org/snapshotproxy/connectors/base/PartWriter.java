package org.snapshotproxy.connectors.base;

import java.io.IOException;
import java.util.List;
import org.apache.flink.annotation.PublicEvolving;

/**
 * Writes to one destination by parts: the blocks of a segment that the destination takes together,
 * such as into one compressed object. Every call is idempotent: a replay after a failure changes
 * nothing. Thread-safe: one instance serves all writing threads of a task.
 */
@PublicEvolving
public interface PartWriter extends Measured, AutoCloseable {
  /**
   * Divides the blocks of a segment.
   *
   * @param mask the blocks to write, one bit a block
   * @return disjoint, non-empty sets that together are {@code mask}
   */
  long[] parts(int segment, long mask);

  /**
   * Writes the blocks of one part, blocking until the destination acknowledged them with the right
   * digest.
   *
   * @param part one of the {@link #parts}, its blocks ascending
   */
  void put(List<Block> part) throws IOException, InterruptedException;

  /** Makes {@code count} blocks from {@code firstBlock} on read as zeros, blocking. */
  void clear(int firstBlock, int count) throws IOException, InterruptedException;

  /**
   * Makes everything acknowledged so far survive a crash of the destination's machine, blocking,
   * while other threads go on writing. Begun at each checkpoint and at the end of the input; what
   * was acknowledged before counts as written when it has ended.
   */
  void sync() throws IOException;

  /** Whether a {@link #sync} does anything. False where an acknowledgement says that much. */
  default boolean syncs() {
    return true;
  }

  @Override
  void close() throws IOException;
}
