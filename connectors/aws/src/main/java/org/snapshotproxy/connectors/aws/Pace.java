package org.snapshotproxy.connectors.aws;

/**
 * The rate at which requests of one kind leave this process: never above the limit that was set,
 * and after a throttle about the rate that the service was seen to answer.
 *
 * <p>A throttle sets the rate to a little less than what succeeded in the last second; from then on
 * it rises, first slowly and then ever faster, until the next throttle. A service that answers N
 * requests a second and refuses the rest still answers N to a sender a little above that, so the
 * rate stays close to N from both sides; one that raises N is followed in seconds. Several senders
 * rise by the same steps and fall in proportion, so they come to the same share.
 *
 * <p>The rate never falls below that of a single sender that waits for each answer: a service that
 * refuses by chance, and not by rate, would else be asked ever more rarely. Thread-safe.
 */
final class Pace {
  /** Of the rate that was seen to succeed; so that a cut is one. */
  private static final double KEPT = 0.98;

  /** One cut answers one burst of throttles: those in flight together say the same thing. */
  private static final long CUT_NANOS = 250_000_000L;

  /** A doubling of the rise after so long without a throttle. */
  private static final double DOUBLING_SECONDS = 4;

  /** Requests that may leave at once after a lull, in seconds of the rate. */
  private static final double BURST_SECONDS = 0.05;

  /** What that single sender is believed at most, per second: answers that take 20 ms. */
  private static final double MOST_ALONE = 50;

  /**
   * The farthest slot that is given away: whoever holds one no longer hears of a pace that has
   * risen since.
   */
  private static final long FARTHEST_NANOS = 200_000_000L;

  private static final double NANOS = 1e9;

  private final double rise;
  private final SuccessRate successes = new SuccessRate();
  private double limit = Double.POSITIVE_INFINITY;
  private double rate = Double.POSITIVE_INFINITY;
  private double latencyNanos;
  private long lastThrottle;
  private long lastCut;
  private long lastRise;
  private double nextSlot;

  /**
   * @param rise requests per second that the rate gains in the first second after a throttle
   */
  Pace(double rise) {
    this.rise = rise;
  }

  /**
   * Sets what is never exceeded, in requests per second.
   *
   * @param perSecond above 0; infinite for no limit
   */
  synchronized void limit(double perSecond) {
    limit = perSecond;
  }

  /**
   * Takes the next slot, if it is near.
   *
   * @param now nanoseconds of a clock that never goes back
   * @return nanoseconds to wait before sending; negative if no slot was taken, and the next one is
   *     to be asked for after so many
   */
  synchronized long reserve(long now) {
    double allowed = allowed(now);
    if (Double.isInfinite(allowed)) {
      return 0;
    }
    double slot = Math.max(nextSlot, now - BURST_SECONDS * NANOS);
    if (slot - now > FARTHEST_NANOS) {
      return -FARTHEST_NANOS;
    }
    nextSlot = slot + NANOS / allowed;
    return Math.max(0, (long) (slot - now));
  }

  /** Requests per second allowed now. */
  synchronized double allowed(long now) {
    if (!Double.isInfinite(rate)) {
      double quiet = (now - lastThrottle) / NANOS;
      double elapsed = (now - lastRise) / NANOS;
      rate += rise * Math.pow(2, Math.min(quiet / DOUBLING_SECONDS, 30)) * elapsed;
      lastRise = now;
    }
    return Math.min(limit, Math.max(rate, alone()));
  }

  /** What one sender alone reaches that waits for each answer. */
  private double alone() {
    return latencyNanos == 0 ? 1 : Math.min(MOST_ALONE, NANOS / latencyNanos);
  }

  /** A request ended, not with a throttle, after so many nanoseconds. */
  synchronized void answered(long now, long took) {
    successes.add(now);
    seen(took);
  }

  /** A request was throttled. */
  synchronized void throttled(long now, long took) {
    seen(took);
    allowed(now);
    lastThrottle = now;
    if (now - lastCut < CUT_NANOS && lastCut != 0) {
      return;
    }
    lastCut = now;
    lastRise = now;
    rate = Math.min(rate, Math.max(1, successes.perSecond(now) * KEPT));
  }

  private void seen(long took) {
    latencyNanos = latencyNanos == 0 ? took : latencyNanos + (took - latencyNanos) / 16;
  }

  /** Successes in the last second, in tenths of it. Not thread-safe. */
  private static final class SuccessRate {
    private static final int CELLS = 10;
    private static final long CELL_NANOS = 100_000_000L;

    private final long[] counts = new long[CELLS];
    private long cell = Long.MIN_VALUE;
    private long first = Long.MIN_VALUE;

    void add(long now) {
      moveTo(now);
      counts[Math.floorMod(cell, CELLS)]++;
    }

    double perSecond(long now) {
      moveTo(now);
      long sum = 0;
      for (long count : counts) {
        sum += count;
      }
      // The cell of now has only begun.
      double begun = Math.floorMod(now, CELL_NANOS) / (double) CELL_NANOS;
      double cells = Math.min(cell - first, CELLS - 1) + begun;
      return sum / Math.max(cells, 1) * CELLS;
    }

    private void moveTo(long now) {
      long next = Math.floorDiv(now, CELL_NANOS);
      if (first == Long.MIN_VALUE) {
        first = next;
        cell = next;
      }
      for (long skipped = Math.max(cell + 1, next - CELLS + 1); skipped <= next; skipped++) {
        counts[Math.floorMod(skipped, CELLS)] = 0;
      }
      cell = Math.max(cell, next);
    }
  }
}
