package org.snapshotproxy.endpoint.wire;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * The number of request bodies that may be in memory at once. A connection that gets no permit is
 * not read from until another gives one back. Safe for many threads.
 */
final class BodyBudget {
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private int free;

  BodyBudget(int permits) {
    this.free = permits;
  }

  /** Calls back once a permit is there: at once, or from the thread that gives one back. */
  void acquire(Runnable granted) {
    synchronized (this) {
      if (free == 0) {
        waiting.add(granted);
        return;
      }
      free--;
    }
    granted.run();
  }

  void release() {
    Runnable next;
    synchronized (this) {
      next = waiting.poll();
      if (next == null) {
        free++;
        return;
      }
    }
    next.run();
  }
}
