package org.snapshotproxy.endpoint.store;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/** The place where snapshots lie: a directory or the heap. Safe for many threads. */
public interface Storage extends Closeable {
  /** Every snapshot that was here when the storage was opened. */
  List<SnapshotMeta> load() throws IOException;

  /** Makes room for a new snapshot and remembers it. */
  StoredLayer create(SnapshotMeta meta) throws IOException;

  /** The layer of a snapshot that {@link #load} returned. */
  StoredLayer open(SnapshotMeta meta) throws IOException;

  /** Replaces what is known of a snapshot; durable when this returns. */
  void save(SnapshotMeta meta) throws IOException;

  /** Forgets a snapshot and frees its space. */
  void remove(String id) throws IOException;

  /** When the snapshot's layer was last written, milliseconds since 1970. */
  long lastWrittenMillis(String id) throws IOException;

  /** 32 secret bytes that stay the same as long as the storage exists. */
  byte[] secret() throws IOException;
}
