package org.snapshotproxy.connectors.base;

import java.io.Serializable;
import org.apache.flink.annotation.PublicEvolving;

/**
 * Units of a listing that have been listed whole: the segments {@code [from, to)} of {@code of}.
 * Each range of a source ends with one, and whoever sums a job up asks for all of them: an input
 * that was ended early, as Flink's stop with drain does, must not pass for a whole one.
 *
 * @param from first
 * @param to end, exclusive
 * @param of how many the whole listing has
 */
@PublicEvolving
public record Span(int from, int to, int of) implements Serializable {
  public Span {
    if (from < 0 || to <= from || of < to) {
      throw new IllegalArgumentException("Not a span: " + from + " to " + to + " of " + of);
    }
  }
}
