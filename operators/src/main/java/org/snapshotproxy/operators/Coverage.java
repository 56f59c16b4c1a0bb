package org.snapshotproxy.operators;

import java.util.Map;
import java.util.TreeMap;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.base.Span;

/**
 * How much of a listing has been told to be whole. A span may come twice. Used by one thread.
 *
 * <p>Without it an input that is ended from outside (Flink's stop with drain) could not be told
 * from one that has ended by itself, and a part would be sealed as the whole.
 */
final class Coverage {
  private final Map<Integer, Span> spans = new TreeMap<>();

  void add(Span span) {
    spans.put(span.from(), span);
  }

  /**
   * Refuses anything but the whole.
   *
   * @throws FspException where a part is missing
   */
  void check() {
    int next = 0;
    int of = -1;
    for (Span span : spans.values()) {
      if (span.from() != next) {
        break;
      }
      next = span.to();
      of = span.of();
    }
    if (next != of) {
      throw new FspException(
          "The job was ended before everything was listed, so nothing is sealed and nothing counts; go on from a savepoint that was taken without drain, or repeat the command.");
    }
  }
}
