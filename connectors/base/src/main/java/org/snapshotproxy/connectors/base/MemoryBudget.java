package org.snapshotproxy.connectors.base;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The bytes of blocks that may be in memory at one time in one task manager, as a pool of
 * block-sized arrays.
 *
 * <p>Arrays are made on first need and used again: half a MiB is a humongous object for G1 at small
 * heaps, and a fresh one for each block costs more than the copy into it. Loans are granted whole
 * and in the order of asking, so a large one is not starved by small ones. Nobody waits on a
 * thread: a loan is a future, completed on the thread that gave the last missing array back.
 * Thread-safe.
 */
public final class MemoryBudget {
  private final int capacity;
  private final Deque<byte[]> free = new ArrayDeque<>();
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private int lent;

  private record Waiting(int count, CompletableFuture<List<BlockBuffer>> loan) {}

  /**
   * @param bytes size of the budget; at least one segment (32 MiB), which is the largest single
   *     loan
   */
  public MemoryBudget(long bytes) {
    if (bytes < Blocks.SEGMENT_SIZE) {
      throw new FspException(
          "The memory budget of "
              + bytes
              + " bytes is below one segment ("
              + Blocks.SEGMENT_SIZE
              + " bytes); raise fsp.memory.budget.");
    }
    this.capacity = Math.toIntExact(bytes / Blocks.SIZE);
  }

  /**
   * Asks for {@code count} buffers, 1 to {@link Blocks#PER_SEGMENT}. Cancelling the future
   * withdraws the request.
   */
  public CompletableFuture<List<BlockBuffer>> acquire(int count) {
    if (count < 1 || count > Blocks.PER_SEGMENT) {
      throw new IllegalArgumentException(
          "A loan is 1 to " + Blocks.PER_SEGMENT + " blocks, not " + count);
    }
    CompletableFuture<List<BlockBuffer>> loan = new CompletableFuture<>();
    synchronized (this) {
      waiting.add(new Waiting(count, loan));
    }
    grant();
    return loan;
  }

  /** Blocks on loan now. */
  public synchronized int lent() {
    return lent;
  }

  /** Blocks the budget can lend. */
  public int capacity() {
    return capacity;
  }

  void giveBack(byte[] bytes) {
    synchronized (this) {
      lent--;
      free.push(bytes);
    }
    grant();
  }

  private void grant() {
    while (true) {
      Waiting next;
      List<BlockBuffer> buffers;
      synchronized (this) {
        next = waiting.peek();
        if (next == null || capacity - lent < next.count() && !next.loan().isDone()) {
          return;
        }
        waiting.remove();
        if (next.loan().isDone()) {
          continue;
        }
        buffers = lend(next.count());
      }
      if (!next.loan().complete(buffers)) {
        buffers.forEach(BlockBuffer::release);
      }
    }
  }

  private List<BlockBuffer> lend(int count) {
    List<BlockBuffer> buffers = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      byte[] bytes = free.poll();
      buffers.add(new BlockBuffer(bytes == null ? new byte[Blocks.SIZE] : bytes, this));
    }
    lent += count;
    return buffers;
  }
}
