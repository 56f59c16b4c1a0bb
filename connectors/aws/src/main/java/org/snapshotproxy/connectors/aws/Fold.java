package org.snapshotproxy.connectors.aws;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * Lets one of many like lines through in a while, and counts those it holds back. Thread-safe.
 *
 * <p>The first line ever goes through.
 */
final class Fold {
  private final long intervalNanos;
  private boolean open = true;
  private long last;
  private long held;

  /**
   * @param interval from one line that goes through to the next
   */
  Fold(Duration interval) {
    this.intervalNanos = interval.toNanos();
  }

  /**
   * Asks for a line to go through.
   *
   * @param now nanoseconds of a clock that never goes back
   * @return how many were held back since the last one that went through; empty if this one is, too
   */
  synchronized OptionalLong pass(long now) {
    if (!open && now - last < intervalNanos) {
      held++;
      return OptionalLong.empty();
    }
    open = false;
    last = now;
    long before = held;
    held = 0;
    return OptionalLong.of(before);
  }
}
