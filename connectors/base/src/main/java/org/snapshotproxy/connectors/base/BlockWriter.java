package org.snapshotproxy.connectors.base;

import java.io.IOException;

/**
 * Writes blocks to one destination. Every call is idempotent: a replay after a failure changes
 * nothing. Thread-safe: one instance serves all writing threads of a task.
 */
public interface BlockWriter extends AutoCloseable {
  /** Writes one block, blocking until the destination acknowledged it with the right digest. */
  void put(Block block) throws IOException, InterruptedException;

  /** Makes {@code count} blocks from {@code firstBlock} on read as zeros, blocking. */
  void clear(int firstBlock, int count) throws IOException, InterruptedException;

  /**
   * Makes everything acknowledged so far survive a crash of the machine. Called before each
   * checkpoint.
   */
  void sync() throws IOException;

  @Override
  void close() throws IOException;
}
