package org.snapshotproxy.operators;

import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.RuntimeContext;

/** The names under which a job reports its counts to whoever waits for it. */
public final class Totals {
  /** Distinct blocks written (of a list: blocks in the snapshot). */
  public static final String WRITTEN = "fsp.written";

  /** Distinct blocks cleared. */
  public static final String CLEARED = "fsp.cleared";

  /** Distinct zero blocks left out by choice. */
  public static final String SKIPPED = "fsp.skipped";

  private Totals() {}

  static LongCounter register(RuntimeContext context, String name) {
    LongCounter counter = new LongCounter();
    context.addAccumulator(name, counter);
    return counter;
  }
}
