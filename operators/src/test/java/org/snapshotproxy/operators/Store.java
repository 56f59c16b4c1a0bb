package org.snapshotproxy.operators;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongUnaryOperator;
import org.snapshotproxy.connectors.base.Seal;

/**
 * A destination's content, as the SHA-256 of each block, taken here and not from what the job says
 * it is.
 */
final class Store {
  /** Stands for a block that was cleared. */
  static final String CLEARED = "cleared";

  final Map<Integer, String> blocks = new ConcurrentSkipListMap<>();
  final AtomicInteger puts = new AtomicInteger();
  final AtomicInteger writersOpened = new AtomicInteger();

  /** Every seal that was asked for and not refused, in order. */
  final List<Seal> seals = new CopyOnWriteArrayList<>();

  /** Called before each put. */
  volatile World.Step beforePut = (block, time) -> {};

  /** Called after each put. */
  volatile World.Step afterPut = (block, time) -> {};

  /** Whether what is put here is safe only after a sync. */
  volatile boolean syncs;

  /** Called at each sync, with the number of distinct blocks here. */
  volatile World.Step atSync = (blocks, time) -> {};

  /** Called before and after a seal takes effect, with the number of the attempt. */
  volatile World.Step beforeSeal = (blocks, time) -> {};

  volatile World.Step afterSeal = (blocks, time) -> {};

  /** Called before a writer opens, with how many were opened so far. */
  volatile World.Step beforeOpen = (opened, time) -> {};

  /** Called with each segment of the ledger; null where this destination keeps none. */
  volatile World.Step ledger;

  /** What the writer makes of a set of blocks to write; another set than it was given is wrong. */
  volatile LongUnaryOperator parts = mask -> mask;

  private final AtomicInteger sealAttempts = new AtomicInteger();

  int nextSealAttempt() {
    return sealAttempts.incrementAndGet();
  }

  int sealAttempts() {
    return sealAttempts.get();
  }
}
