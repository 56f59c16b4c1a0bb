package org.snapshotproxy.connectors.aws;

/**
 * How many requests of one kind may be in flight, found by trying: a throttle cuts it by three
 * tenths, a round of successes raises it by one. So throttles slow every sender, and not only the
 * one that met it. Thread-safe.
 */
final class SendLimit {
  /**
   * Above what one task manager's threads can send, so that nothing is limited before the first
   * throttle.
   */
  private static final int HIGHEST = 4096;

  /** One cut answers one burst of throttles: those in flight together say the same thing. */
  private static final long CUT_INTERVAL_NANOS = 100_000_000L;

  private int limit = HIGHEST;
  private int inFlight;
  private int successes;
  private long lastCut = System.nanoTime() - CUT_INTERVAL_NANOS;

  synchronized void acquire() throws InterruptedException {
    while (inFlight >= limit) {
      wait();
    }
    inFlight++;
  }

  /** The request ended, not with a throttle. */
  synchronized void released() {
    inFlight--;
    if (limit < HIGHEST && ++successes >= limit) {
      successes = 0;
      limit++;
    }
    notify();
  }

  /** The request was throttled. */
  synchronized void throttled() {
    long now = System.nanoTime();
    if (now - lastCut >= CUT_INTERVAL_NANOS) {
      lastCut = now;
      limit = Math.max(1, Math.min(limit, inFlight) * 7 / 10);
      successes = 0;
    }
    inFlight--;
    notify();
  }

  synchronized int limit() {
    return limit;
  }
}
