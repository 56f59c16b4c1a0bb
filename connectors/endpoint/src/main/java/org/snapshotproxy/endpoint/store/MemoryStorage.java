package org.snapshotproxy.endpoint.store;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.List;

/** Snapshots that live as long as the process. */
public final class MemoryStorage implements Storage {
  private final byte[] secret = new byte[32];

  /** An empty storage. */
  public MemoryStorage() {
    new SecureRandom().nextBytes(secret);
  }

  @Override
  public List<SnapshotMeta> load() {
    return List.of();
  }

  @Override
  public StoredLayer create(SnapshotMeta meta) throws IOException {
    return new StoredLayer(new MemoryRecords(), new MemorySlots(), 0);
  }

  @Override
  public StoredLayer open(SnapshotMeta meta) {
    throw new IllegalStateException("nothing is in memory before it is created: " + meta.id());
  }

  @Override
  public void save(SnapshotMeta meta) {}

  @Override
  public void remove(String id) {}

  @Override
  public long lastWrittenMillis(String id) {
    return 0;
  }

  @Override
  public byte[] secret() {
    return secret.clone();
  }

  @Override
  public void close() {}
}
