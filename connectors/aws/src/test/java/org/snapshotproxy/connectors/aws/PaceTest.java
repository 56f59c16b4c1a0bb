package org.snapshotproxy.connectors.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Senders and a service with a quota, in the seconds of a clock that is only counted. */
class PaceTest {
  private static final long SECOND = 1_000_000_000L;
  private static final int SENDERS = 64;

  private final Random random = new Random(1);
  private long now;
  private double quota;
  private double tokens;
  private long filled;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::at));

  /** What one job's sender does at a time. */
  private record Event(long at, Job job, boolean sends) {}

  /** A job of 64 senders, each with one request at a time that takes 20 ms. */
  private final class Job {
    private final Pace pace = new Pace(5);
    private final long took;
    private long answered;
    private long throttled;

    Job() {
      this(SENDERS, SECOND / 50);
    }

    /** Others, whose requests take so long. */
    Job(int senders, long took) {
      this.took = took;
      for (int i = 0; i < senders; i++) {
        events.add(new Event(now, this, false));
      }
    }

    void forget() {
      answered = 0;
      throttled = 0;
    }
  }

  /** The service answers what its bucket, one second deep, has a token for. */
  private boolean take() {
    tokens = Math.min(quota, tokens + (now - filled) * quota / SECOND);
    filled = now;
    if (tokens < 1) {
      return false;
    }
    tokens--;
    return true;
  }

  /** A service of so many requests a second, that nobody has asked yet. */
  private void service(double perSecond) {
    quota = perSecond;
    tokens = perSecond;
  }

  private void run(double seconds) {
    long end = now + (long) (seconds * SECOND);
    while (!events.isEmpty() && events.peek().at() <= end) {
      Event event = events.poll();
      now = event.at();
      if (!event.sends()) {
        long wait = event.job().pace.reserve(now);
        if (wait < 0) {
          events.add(new Event(now - wait, event.job(), false));
          continue;
        }
        // A network is not so regular that one job always comes just before the other.
        long onTheWay = random.nextInt((int) (SECOND / 100));
        events.add(new Event(now + wait + onTheWay, event.job(), true));
        continue;
      }
      long took = event.job().took;
      if (take()) {
        event.job().answered++;
        event.job().pace.answered(now, took);
        events.add(new Event(now + took, event.job(), false));
      } else {
        event.job().throttled++;
        event.job().pace.throttled(now, took);
        events.add(new Event(now + took + SECOND / 4, event.job(), false));
      }
    }
    now = end;
  }

  private double share(Job job, double seconds) {
    run(5);
    job.forget();
    run(seconds);
    return job.answered / seconds / quota;
  }

  @Test
  void fromAColdStartItSettlesAtTheQuota() {
    service(500);
    Job job = new Job();

    assertThat(share(job, 60)).isBetween(0.95, 1.03);
    assertThat(job.throttled).isLessThan(job.answered / 20);
  }

  @Test
  void aQuotaThatHalvesOrDoublesIsFollowed() {
    service(800);
    Job job = new Job();
    run(10);
    quota = 400;
    assertThat(share(job, 60)).isBetween(0.95, 1.03);
    quota = 800;
    run(15);
    assertThat(share(job, 60)).isBetween(0.95, 1.03);
  }

  @Test
  void aServiceThatRefusedAlmostEverythingForAMinuteIsFollowedInSeconds() {
    service(500);
    Job job = new Job(256, SECOND / 10);
    run(20);
    quota = 1;
    run(60);
    quota = 500;
    run(15);
    job.forget();
    run(10);

    assertThat(job.answered / 10.0 / quota).isGreaterThan(0.95);
  }

  @Test
  void twoJobsOfOneAccountShareItsQuota() {
    service(600);
    Job first = new Job();
    run(20);
    Job second = new Job();
    run(60);
    first.forget();
    second.forget();
    run(120);

    assertThat((first.answered + second.answered) / 120.0 / quota).isBetween(0.95, 1.03);
    for (Job each : List.of(first, second)) {
      assertThat(each.answered / 120.0 / quota).isBetween(0.3, 0.7);
    }
  }

  @Test
  void aLimitIsNeverExceeded() {
    service(1e9);
    Job job = new Job();
    job.pace.limit(100);
    run(10);

    assertThat(job.answered).isBetween(990L, 1_010L);
    assertThat(job.throttled).isZero();
  }

  @Test
  void nothingIsHeldBackBeforeTheFirstThrottle() {
    service(1e9);
    Job job = new Job();
    run(1);

    assertThat(job.answered).isGreaterThanOrEqualTo(SENDERS * 33L);
  }

  @Test
  void aServiceThatRefusesByChanceIsStillAskedAsOftenAsOneSenderCould() {
    service(1e9);
    Job job = new Job();
    for (int i = 0; i < 1_000; i++) {
      now += SECOND / 10;
      job.pace.throttled(now, SECOND / 50);
    }

    assertThat(job.pace.allowed(now)).isGreaterThanOrEqualTo(50);
  }
}
