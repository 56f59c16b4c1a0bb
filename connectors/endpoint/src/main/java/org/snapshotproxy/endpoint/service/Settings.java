package org.snapshotproxy.endpoint.service;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What can be changed while the server runs. Safe for many threads. */
public final class Settings {
  private static final String EVERYWHERE = "*";

  private final Set<String> discarding = ConcurrentHashMap.newKeySet();
  private volatile long completionDelayMillis;
  private volatile boolean quotas;
  private volatile double quotaShare = 1;

  /** Milliseconds from CompleteSnapshot to {@code completed}. */
  public long completionDelayMillis() {
    return completionDelayMillis;
  }

  /** Changes {@link #completionDelayMillis()}; 0 completes at once. */
  public void setCompletionDelayMillis(long millis) {
    completionDelayMillis = millis;
  }

  /** Whether the service's quotas hold. */
  public boolean quotas() {
    return quotas;
  }

  /** The share of the default request rates that holds. */
  double quotaShare() {
    return quotaShare;
  }

  /** Changes the share of the default request rates that holds, above 0. */
  public void setQuotaShare(double share) {
    quotaShare = share;
  }

  /** Turns the service's quotas on or off. */
  public void setQuotas(boolean on) {
    quotas = on;
  }

  /** Whether blocks put in a region are thrown away once verified. */
  public boolean discards(String region) {
    return !discarding.isEmpty()
        && (discarding.contains(EVERYWHERE) || discarding.contains(region));
  }

  /**
   * Turns discarding on or off.
   *
   * @param region or {@code *} for all
   */
  public void setDiscard(String region, boolean on) {
    if (on) {
      discarding.add(region);
    } else if (region.equals(EVERYWHERE)) {
      discarding.clear();
    } else {
      discarding.remove(region);
    }
  }
}
