package org.snapshotproxy.operators;

import java.util.concurrent.atomic.LongAdder;

/**
 * Blocks moved so far by the jobs of this process, for a progress bar beside an embedded job. Not a
 * result: results are derived from receipts. Thread-safe.
 */
public final class Progress {
  private static final LongAdder COUNTED = new LongAdder();
  private static final LongAdder LISTED = new LongAdder();
  private static final LongAdder READ = new LongAdder();
  private static final LongAdder WRITTEN = new LongAdder();

  private Progress() {}

  /** Blocks that a list counted. */
  public static long counted() {
    return COUNTED.sum();
  }

  /** Blocks that descriptors asked to move. */
  public static long listed() {
    return LISTED.sum();
  }

  /** Blocks read and verified. */
  public static long read() {
    return READ.sum();
  }

  /** Blocks acknowledged by every destination that was not given up. */
  public static long written() {
    return WRITTEN.sum();
  }

  static void addCounted(long blocks) {
    COUNTED.add(blocks);
  }

  static void addListed(long blocks) {
    LISTED.add(blocks);
  }

  static void addRead(long blocks) {
    READ.add(blocks);
  }

  static void addWritten(long blocks) {
    WRITTEN.add(blocks);
  }
}
