package org.snapshotproxy.endpoint.service;

import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.snapshotproxy.endpoint.auth.Caller;

/**
 * The service's request rates, a second's worth of burst each, for every account and region and for
 * every snapshot. Safe for many threads.
 */
final class Quotas {
  private static final Map<String, Integer> PER_ACCOUNT =
      Map.of(
          "GetSnapshotBlock", 1000,
          "PutSnapshotBlock", 1000,
          "ListSnapshotBlocks", 50,
          "ListChangedBlocks", 50,
          "StartSnapshot", 10,
          "CompleteSnapshot", 10);
  private static final Map<String, Integer> PER_SNAPSHOT =
      Map.of("GetSnapshotBlock", 1000, "PutSnapshotBlock", 1000);

  private final Clock clock;
  private final ConcurrentHashMap<String, Bucket> buckets = new ConcurrentHashMap<>();

  Quotas(Clock clock) {
    this.clock = clock;
  }

  /**
   * Refuses the request if it is one too many.
   *
   * @param share of the rates that holds, above 0
   */
  void check(Route route, Caller caller, double share) throws ServiceError {
    String operation = route.operation();
    Integer snapshotRate = PER_SNAPSHOT.get(operation);
    if (snapshotRate != null && !take(operation + "|" + route.snapshotId(), snapshotRate * share)) {
      throw Refusals.snapshotThrottle("");
    }
    Integer accountRate = PER_ACCOUNT.get(operation);
    String account = operation + "|" + caller.account() + "|" + caller.region();
    if (accountRate != null && !take(account, accountRate * share)) {
      throw Refusals.accountThrottle("");
    }
  }

  private boolean take(String name, double perSecond) {
    return buckets
        .computeIfAbsent(name, n -> new Bucket(perSecond, clock.millis()))
        .take(perSecond, clock.millis());
  }

  /** Fills at its rate, up to one second's worth. */
  private static final class Bucket {
    private double tokens;
    private long filledMillis;

    Bucket(double perSecond, long nowMillis) {
      this.tokens = perSecond;
      this.filledMillis = nowMillis;
    }

    synchronized boolean take(double perSecond, long nowMillis) {
      double gained = (nowMillis - filledMillis) * perSecond / 1000.0;
      tokens = Math.min(perSecond, tokens + Math.max(0, gained));
      filledMillis = Math.max(filledMillis, nowMillis);
      if (tokens < 1) {
        return false;
      }
      tokens--;
      return true;
    }
  }
}
