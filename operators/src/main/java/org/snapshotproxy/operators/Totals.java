package org.snapshotproxy.operators;

import org.apache.flink.api.common.accumulators.ListAccumulator;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.RuntimeContext;

/** The names under which a job reports its counts to whoever waits for it. */
public final class Totals {
  /** Distinct blocks written (of a list: blocks in the snapshot). */
  public static final String WRITTEN = "fsp.written";

  /** 1 once the sums of a job are of its whole input. */
  public static final String ENDED = "fsp.ended";

  /** Distinct blocks cleared. */
  public static final String CLEARED = "fsp.cleared";

  /** Distinct zero blocks left out by choice. */
  public static final String SKIPPED = "fsp.skipped";

  /** {@link #WRITTEN} of a count, cell by cell: a list of {@link Long}. */
  public static final String MOVED_BY_CELL = "fsp.written-by-cell";

  /** {@link #CLEARED} of a count, cell by cell: a list of {@link Long}. */
  public static final String CLEARED_BY_CELL = "fsp.cleared-by-cell";

  /** Distinct blocks that at least one side of a comparison has data of. */
  public static final String COMPARED = "fsp.compared";

  /** Distinct blocks that differ between the sides of a comparison. */
  public static final String DIFFERING = "fsp.differing";

  /** Ranges that the differing blocks make. */
  public static final String RANGES = "fsp.differing-ranges";

  /** The first of those ranges, ascending: a list of {@link BlockRange}. */
  public static final String FIRST_RANGES = "fsp.first-differing-ranges";

  private Totals() {}

  static LongCounter register(RuntimeContext context, String name) {
    LongCounter counter = new LongCounter();
    context.addAccumulator(name, counter);
    return counter;
  }

  static <T> ListAccumulator<T> registerList(RuntimeContext context, String name) {
    ListAccumulator<T> list = new ListAccumulator<>();
    context.addAccumulator(name, list);
    return list;
  }
}
