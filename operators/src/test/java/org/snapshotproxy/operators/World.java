package org.snapshotproxy.operators;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongUnaryOperator;
import org.snapshotproxy.connectors.base.Destination;
import org.snapshotproxy.connectors.base.Origin;
import org.snapshotproxy.connectors.base.SegmentDescriptor;

/**
 * The places of one test, in memory. The job's functions are serialized and find the world again by
 * its number; job and test share a JVM.
 */
final class World {
  private static final Map<Integer, World> WORLDS = new ConcurrentHashMap<>();
  private static final AtomicInteger NUMBERS = new AtomicInteger();

  final int number = NUMBERS.incrementAndGet();

  /** What the origin lists, in this order. */
  final List<SegmentDescriptor> listed = new ArrayList<>();

  /** Called before each read of a block, with the number of the read of that block, 1 on. */
  volatile Step beforeRead = (block, time) -> {};

  /** Whether the bytes of a block, at a read of that number, are damaged on their way. */
  volatile Damage damaged = (block, time) -> false;

  /** Blocks that hold only zeros. */
  volatile Choice zero = block -> false;

  /** Whether the origin declares digests. */
  volatile boolean declares = true;

  /** What the reader makes of a set of blocks to read; another set than it was given is wrong. */
  volatile LongUnaryOperator parts = mask -> mask;

  /** How often each block was read. */
  final Map<Integer, AtomicInteger> reads = new ConcurrentHashMap<>();

  /** How often the job, or a part of it, began to read. */
  final AtomicInteger readersOpened = new AtomicInteger();

  /** Called before each listing of a place in the list, with the number of that listing, 1 on. */
  volatile Step beforeList = (place, time) -> {};

  /** How often each place in the list was listed. */
  final Map<Integer, AtomicInteger> lists = new ConcurrentHashMap<>();

  /** The number of the last checkpoint that a subtask was told is complete. */
  private long checkpoint;

  private final Map<String, Store> stores = new ConcurrentHashMap<>();

  World() {
    WORLDS.put(number, this);
  }

  static World of(int number) {
    return WORLDS.get(number);
  }

  Origin origin() {
    return new WorldOrigin(number);
  }

  Destination destination(String name) {
    return new WorldDestination(number, name);
  }

  /** What a destination of that name holds. */
  Store store(String name) {
    return stores.computeIfAbsent(name, each -> new Store());
  }

  /** Adds {@code count} segments from the first one on that move the blocks of a mask. */
  World listing(int first, int count, long mask) {
    for (int segment = first; segment < first + count; segment++) {
      listed.add(new SegmentDescriptor(segment, mask, 0, List.of()));
    }
    return this;
  }

  /** The bytes of a block, the same at any time. */
  byte[] content(int block) {
    byte[] bytes = new byte[524_288];
    if (!zero.of(block)) {
      new Random(block).nextBytes(bytes);
    }
    return bytes;
  }

  int timesRead(int block) {
    AtomicInteger times = reads.get(block);
    return times == null ? 0 : times.get();
  }

  int timesListed(int place) {
    AtomicInteger times = lists.get(place);
    return times == null ? 0 : times.get();
  }

  synchronized void checkpointed(long number) {
    checkpoint = Math.max(checkpoint, number);
    notifyAll();
  }

  /** Waits until a checkpoint that began after this call is complete. */
  void awaitCheckpoint() throws InterruptedException {
    if (!checkpointWithin(Duration.ofSeconds(30))) {
      throw new IllegalStateException("no checkpoint was completed");
    }
  }

  /** Whether within that time a checkpoint that began after this call is complete. */
  synchronized boolean checkpointWithin(Duration time) throws InterruptedException {
    long deadline = System.nanoTime() + time.toNanos();
    // The next one may be complete, though nobody was told yet, and the one after it begun.
    long enough = checkpoint + 3;
    while (checkpoint < enough) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }

  /** Does something at a block, or fails. */
  @FunctionalInterface
  interface Step {
    void at(int block, int time) throws Exception;
  }

  @FunctionalInterface
  interface Damage {
    boolean at(int block, int time);
  }

  @FunctionalInterface
  interface Choice {
    boolean of(int block);
  }
}
