package org.snapshotproxy.endpoint.store;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A snapshot: what is known of it and its stack of layers. Safe for many threads: puts run side by
 * side, sealing waits for them and shuts later ones out.
 */
public final class Snapshot {
  private final SnapshotSpec spec;
  private final Storage storage;
  private final Clock clock;
  private final Layer layer;
  private final Optional<Snapshot> parent;
  private final ReentrantReadWriteLock writes = new ReentrantReadWriteLock();
  private volatile SnapshotState state;
  private volatile long touchedMillis;

  Snapshot(
      SnapshotMeta meta,
      Layer layer,
      Optional<Snapshot> parent,
      Storage storage,
      Clock clock,
      long touchedMillis) {
    this.spec = meta.spec();
    this.state = meta.state();
    this.layer = layer;
    this.parent = parent;
    this.storage = storage;
    this.clock = clock;
    this.touchedMillis = touchedMillis;
  }

  /** What it was started as. */
  public SnapshotSpec spec() {
    return spec;
  }

  /** What has become of it. */
  public SnapshotState state() {
    return state;
  }

  /** Its id. */
  public String id() {
    return spec.id();
  }

  /** The snapshot it was started from. */
  public Optional<Snapshot> parent() {
    return parent;
  }

  /** Its state on the wire, as of now. */
  public Status status() {
    SnapshotState now = state;
    if (now.sealed()) {
      return clock.millis() >= now.completesMillis() ? Status.completed : Status.pending;
    }
    long idle = clock.millis() - touchedMillis;
    return idle > spec.timeoutMinutes() * 60_000L ? Status.error : Status.pending;
  }

  /** Whether blocks may still be put. */
  public boolean writable() {
    return !state.sealed() && status() == Status.pending;
  }

  /** Its layers, its own first. */
  public List<Layer> layers() {
    List<Layer> layers = new ArrayList<>();
    for (Optional<Snapshot> at = Optional.of(this); at.isPresent(); at = at.get().parent) {
      layers.add(at.get().layer);
    }
    return layers;
  }

  /** Its own layer. */
  public Layer layer() {
    return layer;
  }

  /**
   * Writes a block.
   *
   * @param discard keep the digest only
   * @return whether the snapshot was still writable; if not nothing was written
   * @throws IOException if the disk refuses
   */
  public boolean put(int index, byte[] digest, ByteBuf block, boolean discard) throws IOException {
    writes.readLock().lock();
    try {
      if (!writable() || !(layer instanceof StoredLayer stored)) {
        return false;
      }
      stored.put(index, digest, block, discard);
      touchedMillis = clock.millis();
      return true;
    } finally {
      writes.readLock().unlock();
    }
  }

  /** What sealing came to. */
  public enum SealResult {
    /** It is sealed, or was already with the same count. */
    SEALED,
    /** The count is not the number of distinct blocks written. */
    WRONG_COUNT,
    /** The checksum is not that of the blocks written. */
    WRONG_CHECKSUM,
    /** It timed out. */
    NOT_PENDING
  }

  /**
   * Seals the snapshot: checks, makes all blocks durable, then says so durably.
   *
   * @param count the number of distinct blocks the writer says to have written
   * @param checksum the LINEAR checksum, Base64, if the writer sent one
   * @param delayMillis how long it stays pending after this
   * @throws IOException if the disk refuses; the snapshot is then not sealed
   */
  public SealResult seal(long count, Optional<String> checksum, long delayMillis)
      throws IOException {
    writes.writeLock().lock();
    try {
      if (state.sealed()) {
        boolean sameSum = checksum.isEmpty() || checksum.get().equals(state.linearChecksum());
        return state.changedBlocks() != count
            ? SealResult.WRONG_COUNT
            : sameSum ? SealResult.SEALED : SealResult.WRONG_CHECKSUM;
      }
      if (!writable() || !(layer instanceof StoredLayer stored)) {
        return SealResult.NOT_PENDING;
      }
      if (stored.written() != count) {
        return SealResult.WRONG_COUNT;
      }
      String sum = Base64.getEncoder().encodeToString(stored.linearChecksum());
      if (checksum.isPresent() && !checksum.get().equals(sum)) {
        return SealResult.WRONG_CHECKSUM;
      }
      stored.force();
      change(state.seal(clock.millis() + delayMillis, count, sum));
      return SealResult.SEALED;
    } finally {
      writes.writeLock().unlock();
    }
  }

  /** Number of distinct blocks put into this snapshot itself. */
  public long written() {
    return layer instanceof StoredLayer stored ? stored.written() : state.changedBlocks();
  }

  /** Adds tags, replacing those of the same key. */
  public void tag(Map<String, String> tags) throws IOException {
    writes.writeLock().lock();
    try {
      Map<String, String> all = new TreeMap<>(state.tags());
      all.putAll(tags);
      change(state.withTags(all));
    } finally {
      writes.writeLock().unlock();
    }
  }

  /** Lets another account read it. */
  public void share(String account) throws IOException {
    writes.writeLock().lock();
    try {
      TreeSet<String> accounts = new TreeSet<>(state.sharedWith());
      accounts.add(account);
      change(state.withSharedWith(accounts));
    } finally {
      writes.writeLock().unlock();
    }
  }

  void markDeleted() throws IOException {
    writes.writeLock().lock();
    try {
      change(state.delete());
    } finally {
      writes.writeLock().unlock();
    }
  }

  private void change(SnapshotState next) throws IOException {
    storage.save(new SnapshotMeta(spec, next));
    state = next;
  }
}
