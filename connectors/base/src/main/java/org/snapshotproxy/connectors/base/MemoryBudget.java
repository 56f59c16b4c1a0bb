package org.snapshotproxy.connectors.base;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * The bytes of blocks that may be in memory at one time in one task manager, as a pool of
 * block-sized arrays.
 *
 * <p>Arrays are made on first need and used again: half a MiB is a humongous object for G1 at small
 * heaps, and a fresh one for each block costs more than the copy into it. Loans are granted whole
 * and in the order of asking, so a large one is not starved by small ones. Nobody waits on a
 * thread: a loan is a future, completed on the thread that gave the last missing array back. Where
 * the process has no memory for it, it is that loan that fails, and not who gave back. Thread-safe.
 */
public final class MemoryBudget implements AutoCloseable {
  private final int capacity;
  private final Supplier<byte[]> arrays;
  private final Deque<byte[]> free = new ArrayDeque<>();
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private int lent;
  private boolean closed;

  private record Waiting(int count, CompletableFuture<List<BlockBuffer>> loan) {}

  /**
   * @param bytes size of the budget; at least one segment (32 MiB), which is the largest single
   *     loan
   */
  public MemoryBudget(long bytes) {
    this(bytes, () -> new byte[Blocks.SIZE]);
  }

  /**
   * @param arrays makes one of {@link Blocks#SIZE} bytes
   */
  MemoryBudget(long bytes, Supplier<byte[]> arrays) {
    if (bytes < Blocks.SEGMENT_SIZE) {
      throw new FspException(
          "The memory budget of "
              + bytes
              + " bytes is below one segment ("
              + Blocks.SEGMENT_SIZE
              + " bytes); raise fsp.memory.budget.");
    }
    this.capacity = Math.toIntExact(bytes / Blocks.SIZE);
    this.arrays = arrays;
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
      if (!closed) {
        free.push(bytes);
      }
    }
    grant();
  }

  /**
   * Lets go of all arrays, those on loan when they come back: whoever still refers to this, as
   * Flink does for a while to what a task had, does not hold a pool in memory beside the next one.
   */
  @Override
  public synchronized void close() {
    closed = true;
    free.clear();
  }

  private void grant() {
    while (true) {
      Waiting next;
      List<BlockBuffer> buffers = List.of();
      Throwable failure = null;
      synchronized (this) {
        next = waiting.peek();
        if (next == null || capacity - lent < next.count() && !next.loan().isDone()) {
          return;
        }
        waiting.remove();
        if (next.loan().isDone()) {
          continue;
        }
        try {
          buffers = lend(next.count());
        } catch (OutOfMemoryError e) {
          failure = e;
        }
      }
      if (failure != null) {
        next.loan().completeExceptionally(failure);
      } else if (!next.loan().complete(buffers)) {
        buffers.forEach(BlockBuffer::release);
      }
    }
  }

  private List<BlockBuffer> lend(int count) {
    while (free.size() < count) {
      free.push(arrays.get());
    }
    List<BlockBuffer> buffers = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      buffers.add(new BlockBuffer(free.pop(), this));
    }
    lent += count;
    return buffers;
  }
}
