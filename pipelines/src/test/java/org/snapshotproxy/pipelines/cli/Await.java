package org.snapshotproxy.pipelines.cli;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for something that another process or thread does. */
final class Await {
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final long POLL_MILLIS = 20;

  private Await() {}

  /** Looks again and again, and fails when patience ends. */
  static void until(String what, Callable<Boolean> holds) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!holds.call()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("waited in vain for " + what);
      }
      Thread.sleep(POLL_MILLIS);
    }
  }
}
