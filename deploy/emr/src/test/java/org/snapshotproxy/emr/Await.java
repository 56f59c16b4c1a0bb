package org.snapshotproxy.emr;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for something that another process does. */
final class Await {
  private static final Duration PATIENCE = Duration.ofSeconds(180);
  private static final long POLL_MILLIS = 50;

  private Await() {}

  /**
   * Looks again and again; fails when patience ends, or when what could bring it about has ended.
   */
  static void until(String what, Program step, Callable<Boolean> holds) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!holds.call()) {
      if (!step.runs()) {
        throw new AssertionError("the step ended before " + what + ": " + step.end());
      }
      if (System.nanoTime() > deadline) {
        throw new AssertionError("waited in vain for " + what);
      }
      Thread.sleep(POLL_MILLIS);
    }
  }
}
