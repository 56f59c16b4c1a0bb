package org.snapshotproxy.pipelines.cli;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that starts with the system's and lags behind. */
final class SlowClock extends Clock {
  private final long slowness;
  private final long start = System.currentTimeMillis();

  /**
   * @param slowness seconds of the system's to one of this clock's
   */
  SlowClock(long slowness) {
    this.slowness = slowness;
  }

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(start + (System.currentTimeMillis() - start) / slowness);
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    throw new UnsupportedOperationException("only instants are asked for");
  }
}
