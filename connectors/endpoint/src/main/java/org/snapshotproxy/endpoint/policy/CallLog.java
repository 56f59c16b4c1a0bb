package org.snapshotproxy.endpoint.policy;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Which calls were made, allowed or not, and how often each. Off until it is asked for; then it
 * grows with what is different among them, not with their number. Thread-safe.
 */
public final class CallLog {
  private final Map<Call, LongAdder> calls = new ConcurrentHashMap<>();
  private volatile boolean on;

  /**
   * A call and how often it was made.
   *
   * @param count 1 or more
   */
  public record Entry(Call call, long count) {}

  /** Starts, from nothing, or stops. */
  public void record(boolean start) {
    calls.clear();
    on = start;
  }

  /** Notes a call. */
  public void add(Call call) {
    if (on) {
      calls.computeIfAbsent(call, each -> new LongAdder()).increment();
    }
  }

  /** The calls so far, in no order. */
  public List<Entry> read() {
    return calls.entrySet().stream()
        .map(entry -> new Entry(entry.getKey(), entry.getValue().sum()))
        .toList();
  }
}
