package org.snapshotproxy.connectors.aws;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.base.RequestMetrics;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * The one retry policy. The SDK's own is off, so the attempts counted here are all there are.
 *
 * <p>A fatal error ends a request at once; a passing one is tried again, as the {@link Patience}
 * says; a throttle lowers the {@link Pace} and is waited out, up to a time. Waits are exponential
 * with full jitter. Each retry is logged with what, which attempt, why and how long, and as a
 * warning where a request gets nowhere for {@link #SILENCE}; one warning stands for all like it in
 * that time. Thread-safe.
 */
public final class Retrier {
  private static final Logger LOG = LoggerFactory.getLogger(Retrier.class);

  /** How long a request's throttles are waited out while no other request succeeds either. */
  static final Duration THROTTLE_PATIENCE = Duration.ofMinutes(15);

  /**
   * How long a request may fail before the user hears of it unasked; and the time from one such
   * warning to the next, since many requests fail at the same time.
   */
  static final Duration SILENCE = Duration.ofSeconds(10);

  private static final String HELD_BACK = "; %,d more like it since the last such line";

  private static final long FIRST_WAIT_MILLIS = 50;
  private static final long LONGEST_WAIT_MILLIS = 10_000;

  /** Requests per second that the pace gains in the first second after a throttle. */
  private static final double RISE = 5;

  /** A throttled request waits this long at most: the pace holds all back, not only this one. */
  private static final long LONGEST_THROTTLED_WAIT_MILLIS = 500;

  private final Pace pace = new Pace(RISE);
  private final Patience patience;
  private final ServiceFaults known;
  private final LongAdder throttles = new LongAdder();
  private final LongAdder retries = new LongAdder();

  private final RequestMetrics.Operation uncounted = RequestMetrics.unread().of("any");
  private final Fold warnings = new Fold(SILENCE);
  private final LongSupplier clock;

  /** When a request of any thread was last answered with a success, by the clock. */
  private final AtomicLong lastSuccess;

  /** A policy for a service whose refusals mean what their status says. */
  public Retrier(Patience patience) {
    this(patience, error -> false);
  }

  /**
   * @param patience with what may pass
   * @param known what the service's own refusals mean
   */
  public Retrier(Patience patience, ServiceFaults known) {
    this(patience, known, System::nanoTime);
  }

  /** With a clock of nanoseconds that never goes back. */
  Retrier(Patience patience, ServiceFaults known, LongSupplier clock) {
    this.patience = patience;
    this.known = known;
    this.clock = clock;
    this.lastSuccess = new AtomicLong(clock.getAsLong());
  }

  /**
   * Sets what is never exceeded.
   *
   * @param perSecond requests per second, above 0
   */
  public void limit(double perSecond) {
    pace.limit(perSecond);
  }

  /** Throttles met so far. */
  public long throttles() {
    return throttles.sum();
  }

  /** Other retries so far. */
  public long retries() {
    return retries.sum();
  }

  /**
   * The metrics of an operation whose requests go through here, with their pace.
   *
   * @param name as the service's model has it
   */
  public RequestMetrics.Operation measured(RequestMetrics requests, String name) {
    RequestMetrics.Operation operation = requests.of(name);
    operation.allowedBy(() -> pace.allowed(clock.getAsLong()));
    return operation;
  }

  /** Sends a request that nobody counts until it succeeds. */
  public <T> T call(Supplier<String> what, Supplier<T> request) throws InterruptedException {
    return call(uncounted, what, request);
  }

  /**
   * Sends a request until it succeeds.
   *
   * @param operation where it is counted
   * @param what the operation and its object, as the subject of a sentence
   * @throws FspException for a fatal error, and when the patience is used up: nobody above tries
   *     again, so the attempts here are all there are. The SDK's error is its cause
   */
  public <T> T call(RequestMetrics.Operation operation, Supplier<String> what, Supplier<T> request)
      throws InterruptedException {
    long started = clock.getAsLong();
    int answered = 0;
    for (int attempt = 1; ; attempt++) {
      SdkException error;
      awaitSlot();
      try {
        return send(operation, request);
      } catch (SdkException e) {
        error = e;
      }
      Duration elapsed = Duration.ofNanos(clock.getAsLong() - started);
      Faults.Kind kind = Faults.classify(error, known);
      switch (kind) {
        case INTERRUPTED -> throw interrupted(error);
        case FATAL -> throw givenUp(operation, what.get(), error);
        case THROTTLED -> {
          if (elapsed.compareTo(THROTTLE_PATIENCE) > 0 && isStuck()) {
            throw givenUp(operation, what.get(), error);
          }
          throttles.increment();
          operation.throttled();
        }
        case PASSING -> {
          boolean reachable = !Faults.isUnreachable(error);
          answered += reachable ? 1 : 0;
          if (patience.isOver(answered, reachable, elapsed)) {
            throw givenUp(operation, tried(what.get(), attempt, elapsed), error);
          }
          retries.increment();
          operation.retried();
        }
      }
      pause(what, attempt, elapsed, error, kind == Faults.Kind.THROTTLED);
    }
  }

  /** Sends a request once, and tells the pace and the metrics of it. */
  private <T> T send(RequestMetrics.Operation operation, Supplier<T> request) {
    long sent = clock.getAsLong();
    boolean throttled = false;
    operation.sent();
    try {
      T answer = request.get();
      lastSuccess.set(clock.getAsLong());
      return answer;
    } catch (SdkException e) {
      throttled = Faults.classify(e, known) == Faults.Kind.THROTTLED;
      throw e;
    } finally {
      long now = clock.getAsLong();
      operation.ended(now - sent);
      if (throttled) {
        pace.throttled(now, now - sent);
      } else {
        pace.answered(now, now - sent);
      }
    }
  }

  private FspException givenUp(RequestMetrics.Operation operation, String what, SdkException e) {
    operation.failed();
    return new FspException(Faults.sentence(what, e, known), e);
  }

  private static String tried(String what, int attempts, Duration elapsed) {
    return what + ", tried " + attempts + " times in " + elapsed.toSeconds() + " s,";
  }

  private void awaitSlot() throws InterruptedException {
    long wait = pace.reserve(clock.getAsLong());
    while (wait < 0) {
      TimeUnit.NANOSECONDS.sleep(-wait);
      wait = pace.reserve(clock.getAsLong());
    }
    TimeUnit.NANOSECONDS.sleep(wait);
  }

  private static InterruptedException interrupted(SdkException error) {
    // The SDK sets the flag again before it throws; the exception carries it from here on.
    Thread.interrupted();
    InterruptedException interrupted = new InterruptedException(error.getMessage());
    interrupted.initCause(error);
    return interrupted;
  }

  private void pause(
      Supplier<String> what, int attempt, Duration elapsed, SdkException error, boolean throttled)
      throws InterruptedException {
    long longest = throttled ? LONGEST_THROTTLED_WAIT_MILLIS : LONGEST_WAIT_MILLIS;
    long ceiling = Math.min(longest, FIRST_WAIT_MILLIS << Math.min(attempt - 1, 20));
    long wait = ThreadLocalRandom.current().nextLong(ceiling) + 1;
    LOG.trace(
        "{}: attempt {} failed after {} ms in all, next in {} ms: {}",
        what.get(),
        attempt,
        elapsed.toMillis(),
        wait,
        error.getMessage());
    if (elapsed.compareTo(SILENCE) >= 0) {
      warnings
          .pass(clock.getAsLong())
          .ifPresent(
              held ->
                  LOG.warn(
                      "{} failed, attempt {} in {} s, and is tried again in {} ms: {}{}",
                      what.get(),
                      attempt,
                      elapsed.toSeconds(),
                      wait,
                      error.getMessage(),
                      held == 0 ? "" : String.format(Locale.ROOT, HELD_BACK, held)));
    }
    Thread.sleep(wait);
  }

  /** Whether nothing has got through for as long as throttles are waited out. */
  private boolean isStuck() {
    return clock.getAsLong() - lastSuccess.get() > THROTTLE_PATIENCE.toNanos();
  }
}
