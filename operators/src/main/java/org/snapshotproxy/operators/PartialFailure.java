package org.snapshotproxy.operators;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.flink.runtime.throwable.ThrowableAnnotation;
import org.apache.flink.runtime.throwable.ThrowableType;

/**
 * The end of a job with several destinations of which some failed; all others are sealed. Flink
 * does not restart a job for it.
 */
@ThrowableAnnotation(ThrowableType.NonRecoverableError)
public final class PartialFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final TreeMap<Integer, String> failures;
  private final long written;
  private final long cleared;
  private final long skipped;

  /**
   * @param failures why, by the destination's number, 0 on
   * @param written distinct blocks written to each of the other destinations
   * @param cleared distinct blocks cleared there
   * @param skipped distinct zero blocks left out by choice
   */
  PartialFailure(Map<Integer, String> failures, long written, long cleared, long skipped) {
    super(
        failures.size()
            + " of the destinations failed: "
            + new TreeMap<>(failures).values().stream().collect(Collectors.joining(" ")));
    this.failures = new TreeMap<>(failures);
    this.written = written;
    this.cleared = cleared;
    this.skipped = skipped;
  }

  /** Why, by the destination's number, 0 on. */
  public SortedMap<Integer, String> failures() {
    return Collections.unmodifiableSortedMap(failures);
  }

  /** Distinct blocks written to each of the other destinations. */
  public long written() {
    return written;
  }

  /** Distinct blocks cleared at each of the other destinations. */
  public long cleared() {
    return cleared;
  }

  /** Distinct zero blocks left out by choice. */
  public long skipped() {
    return skipped;
  }
}
