package org.snapshotproxy.endpoint.service;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** How many requests came and what they were answered. Safe for many threads. */
public final class Counters {
  private final ConcurrentHashMap<String, LongAdder> counts = new ConcurrentHashMap<>();

  /**
   * Counts an answer.
   *
   * @param outcome {@code ok}, or the error's type
   */
  void count(String operation, String outcome) {
    counts.computeIfAbsent(operation + "." + outcome, k -> new LongAdder()).increment();
  }

  /** All counts: {@code Operation.ok}, {@code Operation.ErrorType}. */
  public Map<String, Long> read() {
    Map<String, Long> all = new TreeMap<>();
    counts.forEach((name, count) -> all.put(name, count.sum()));
    return all;
  }

  /** One count, 0 if nothing was counted. */
  public long read(String operation, String outcome) {
    LongAdder count = counts.get(operation + "." + outcome);
    return count == null ? 0 : count.sum();
  }

  /** Starts again from zero. */
  public void reset() {
    counts.clear();
  }
}
