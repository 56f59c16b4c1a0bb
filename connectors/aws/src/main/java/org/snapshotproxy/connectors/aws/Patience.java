package org.snapshotproxy.connectors.aws;

import java.time.Duration;

/**
 * When a request that fails by what may pass is given up.
 *
 * @param attempts it has at least, when it is answered; 1 or more
 * @param time it is tried for at least, when it is answered
 * @param outage how long a service is waited for that cannot be reached at all
 */
public record Patience(int attempts, Duration time, Duration outage) {
  /**
   * Of a job, which may be a day old: a service that fails fast for half a minute, or a network
   * that is away for a quarter of an hour, does not end it.
   */
  public static final Patience JOB =
      new Patience(9, Duration.ofSeconds(30), Duration.ofMinutes(15));

  /** Of a driver, where a user waits for the answer. */
  public static final Patience DRIVER = new Patience(4, Duration.ZERO, Duration.ofSeconds(5));

  /** The same, for a service that is waited for so long when it cannot be reached at all. */
  public Patience outlasting(Duration other) {
    return new Patience(attempts, time, other);
  }

  /** So many attempts, however little time they take. */
  public static Patience of(int attempts) {
    return new Patience(attempts, Duration.ZERO, Duration.ZERO);
  }

  /**
   * Whether a request is given up.
   *
   * @param answered failed attempts in which the service could be reached
   * @param reachable whether it could be in the last one
   * @param elapsed since the first attempt
   */
  boolean isOver(int answered, boolean reachable, Duration elapsed) {
    return reachable
        ? answered >= attempts && elapsed.compareTo(time) >= 0
        : elapsed.compareTo(outage) >= 0;
  }
}
