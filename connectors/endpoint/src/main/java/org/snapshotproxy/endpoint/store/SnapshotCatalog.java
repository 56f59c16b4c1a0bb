package org.snapshotproxy.endpoint.store;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** All snapshots of a server. Safe for many threads. */
public final class SnapshotCatalog implements Closeable {
  private final Storage storage;
  private final Clock clock;
  private final ConcurrentHashMap<String, Snapshot> all = new ConcurrentHashMap<>();

  /** Takes over the storage and what it holds. */
  public SnapshotCatalog(Storage storage, Clock clock) throws IOException {
    this.storage = storage;
    this.clock = clock;
    Map<String, SnapshotMeta> metas = new HashMap<>();
    storage.load().forEach(meta -> metas.put(meta.id(), meta));
    for (SnapshotMeta meta : metas.values()) {
      open(meta, metas);
    }
    all.values().stream().filter(s -> s.state().deleted()).toList().forEach(this::collectQuietly);
  }

  private Snapshot open(SnapshotMeta meta, Map<String, SnapshotMeta> metas) throws IOException {
    Snapshot opened = all.get(meta.id());
    if (opened != null) {
      return opened;
    }
    List<SnapshotMeta> chain = new ArrayList<>();
    SnapshotMeta at = meta;
    while (at != null && !all.containsKey(at.id())) {
      chain.add(at);
      at = metas.get(at.spec().parentId());
    }
    for (int i = chain.size() - 1; i >= 0; i--) {
      SnapshotMeta next = chain.get(i);
      long touched = storage.lastWrittenMillis(next.id());
      opened = add(next, storage.open(next), touched);
    }
    return opened;
  }

  private Snapshot add(SnapshotMeta meta, StoredLayer stored, long touched) throws IOException {
    SnapshotSpec spec = meta.spec();
    Optional<Snapshot> parent =
        spec.parentId().isEmpty() ? Optional.empty() : Optional.of(all.get(spec.parentId()));
    Layer layer = stored;
    if (spec.rule().isPresent()) {
      stored.close();
      Optional<SyntheticLayer> base = parent.map(p -> (SyntheticLayer) p.layer());
      layer = new SyntheticLayer(spec.rule().get(), spec.blocks(), base);
    }
    Snapshot snapshot = new Snapshot(meta, layer, parent, storage, clock, touched);
    all.put(spec.id(), snapshot);
    return snapshot;
  }

  /**
   * Adds a new snapshot.
   *
   * @throws IllegalArgumentException if a synthetic one has a parent that is not
   */
  public synchronized Snapshot create(SnapshotMeta meta) throws IOException {
    SnapshotSpec spec = meta.spec();
    if (!spec.parentId().isEmpty() && find(spec.parentId()).isEmpty()) {
      throw new IOException("the parent " + spec.parentId() + " was deleted meanwhile");
    }
    if (spec.rule().isPresent()
        && find(spec.parentId()).filter(p -> p.spec().rule().isEmpty()).isPresent()) {
      throw new IllegalArgumentException(
          "a synthetic snapshot needs a synthetic parent, " + spec.parentId() + " is a stored one");
    }
    return add(meta, storage.create(meta), clock.millis());
  }

  /** A snapshot that was not deleted. */
  public Optional<Snapshot> find(String id) {
    return Optional.ofNullable(all.get(id)).filter(s -> !s.state().deleted());
  }

  /** All snapshots that were not deleted, in no order. */
  public Collection<Snapshot> list() {
    return all.values().stream().filter(s -> !s.state().deleted()).toList();
  }

  /** Whether any snapshot, deleted ones included, was started from the given one. */
  public boolean hasChildren(Snapshot snapshot) {
    return all.values().stream().anyMatch(s -> s.parent().filter(p -> p == snapshot).isPresent());
  }

  /**
   * Deletes a snapshot. Its blocks go now, or with the last descendant that stands on them.
   *
   * @throws IOException if the disk refuses; it may then be gone for its owner yet not from disk
   */
  public synchronized void delete(Snapshot snapshot) throws IOException {
    snapshot.markDeleted();
    collect(snapshot);
  }

  private void collect(Snapshot snapshot) throws IOException {
    Optional<Snapshot> at = Optional.of(snapshot);
    while (at.isPresent() && at.get().state().deleted() && !hasChildren(at.get())) {
      Snapshot gone = at.get();
      if (all.remove(gone.id()) != null) {
        gone.layer().close();
        storage.remove(gone.id());
      }
      at = gone.parent();
    }
  }

  private void collectQuietly(Snapshot snapshot) {
    try {
      collect(snapshot);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The storage's 32 secret bytes. */
  public byte[] secret() throws IOException {
    return storage.secret();
  }

  @Override
  public void close() throws IOException {
    for (Snapshot snapshot : all.values()) {
      snapshot.layer().close();
    }
    storage.close();
  }
}
