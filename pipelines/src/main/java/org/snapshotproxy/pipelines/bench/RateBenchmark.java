package org.snapshotproxy.pipelines.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.snapshotproxy.connectors.base.FspException;

/**
 * A copy that would go much faster than the service's quotas allow: what it gets of them from a
 * cold start, and after they have halved and doubled.
 */
final class RateBenchmark {
  /** Requests per second, of each kind, at a share of 1. */
  private static final int QUOTA = 1_000;

  /** More blocks than all windows can take. */
  private static final int GIB = 8;

  private static final List<String> OPERATIONS = List.of("GetSnapshotBlock", "PutSnapshotBlock");
  private static final List<String> THROTTLES =
      List.of("ThrottlingException", "RequestThrottledException");

  private final PrintStream out;
  private final int windowSeconds;

  /**
   * @param windowSeconds length of each measurement, 1 to 20
   */
  RateBenchmark(PrintStream out, int windowSeconds) {
    if (windowSeconds < 1 || windowSeconds > 20) {
      throw new FspException("--seconds is " + windowSeconds + "; it must be 1 to 20.");
    }
    this.out = out;
    this.windowSeconds = windowSeconds;
  }

  void run() throws IOException, InterruptedException {
    try (Child.Endpoint endpoint = new Child.Endpoint("--discard", "*")) {
      ControlCalls control = new ControlCalls(endpoint.url());
      String snapshot = control.synthetic(GIB, 1.0);
      control.quotas(0.2);
      CompletableFuture<Usage> copy =
          CompletableFuture.supplyAsync(() -> copy(endpoint.url(), snapshot));
      while (control.counter("PutSnapshotBlock", "ok") == 0 && !copy.isDone()) {
        TimeUnit.MILLISECONDS.sleep(50);
      }
      window(control, "from a cold start", 0.2, 5);
      control.quotas(0.1);
      window(control, "after the quota halved", 0.1, 3);
      control.quotas(0.2);
      window(control, "after it doubled", 0.2, 3);
      control.quotas(0);
      copy.join();
    }
  }

  private static Usage copy(String url, String snapshot) {
    try {
      return Child.run(
          Benchmark.LAUNCHER_HEAP,
          url,
          "tool",
          "--max-requests-per-second",
          "100000",
          "copy",
          snapshot,
          "-d",
          "eu-west-1");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Lets the rate settle for some seconds, then counts. */
  private void window(ControlCalls control, String name, double share, int settling)
      throws IOException, InterruptedException {
    TimeUnit.SECONDS.sleep(settling);
    Count before = Count.of(control);
    TimeUnit.SECONDS.sleep(windowSeconds);
    Count after = Count.of(control);
    double seconds = (after.nanos - before.nanos) / 1e9;
    for (int i = 0; i < OPERATIONS.size(); i++) {
      long answered = after.answered[i] - before.answered[i];
      long throttled = after.throttled[i] - before.throttled[i];
      out.printf(
          Locale.ROOT,
          "%-22s %s of %.0f/s: %.1f/s, share %.2f; throttled over answered %.3f%n",
          name,
          OPERATIONS.get(i),
          share * QUOTA,
          answered / seconds,
          answered / seconds / (share * QUOTA),
          (double) throttled / answered);
    }
  }

  /** The counters at one time, by operation. */
  private record Count(long nanos, long[] answered, long[] throttled) {
    static Count of(ControlCalls control) throws IOException, InterruptedException {
      long[] answered = new long[OPERATIONS.size()];
      long[] throttled = new long[OPERATIONS.size()];
      long now = System.nanoTime();
      for (int i = 0; i < OPERATIONS.size(); i++) {
        answered[i] = control.counter(OPERATIONS.get(i), "ok");
        for (String throttle : THROTTLES) {
          throttled[i] += control.counter(OPERATIONS.get(i), throttle);
        }
      }
      return new Count(now, answered, throttled);
    }
  }
}
