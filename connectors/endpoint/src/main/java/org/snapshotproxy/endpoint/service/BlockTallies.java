package org.snapshotproxy.endpoint.service;

import java.util.BitSet;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which blocks of each snapshot were read and written, and how often more than once. Off until it
 * is asked for: it takes up to two bits a block. Safe for many threads.
 */
public final class BlockTallies {
  private final Map<String, Bits> tallies = new ConcurrentHashMap<>();
  private volatile boolean on;

  private static final class Bits {
    private final BitSet seen = new BitSet();
    private long again;
  }

  /**
   * What was done to the blocks of a snapshot.
   *
   * @param distinct blocks
   * @param repeated requests for a block that had been seen before
   */
  public record Tally(long distinct, long repeated) {}

  /** Starts, from nothing, or stops. */
  public void track(boolean start) {
    tallies.clear();
    on = start;
  }

  void count(String operation, String snapshotId, long block) {
    if (!on) {
      return;
    }
    Bits bits = tallies.computeIfAbsent(operation + " " + snapshotId, k -> new Bits());
    synchronized (bits) {
      if (bits.seen.get((int) block)) {
        bits.again++;
      }
      bits.seen.set((int) block);
    }
  }

  /**
   * The tally of one operation on one snapshot.
   *
   * @param operation {@code GetSnapshotBlock} or {@code PutSnapshotBlock}
   */
  public Tally of(String operation, String snapshotId) {
    Bits bits = tallies.get(operation + " " + snapshotId);
    if (bits == null) {
      return new Tally(0, 0);
    }
    synchronized (bits) {
      return new Tally(bits.seen.cardinality(), bits.again);
    }
  }
}
