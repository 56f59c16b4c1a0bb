package org.snapshotproxy.endpoint.store;

/**
 * All that is known of a snapshot but its blocks; the content of {@code meta.json}.
 *
 * @param spec what it was started as
 * @param state what has become of it
 */
public record SnapshotMeta(SnapshotSpec spec, SnapshotState state) {
  /** The snapshot's id. */
  public String id() {
    return spec.id();
  }

  SnapshotMeta with(SnapshotState newState) {
    return new SnapshotMeta(spec, newState);
  }
}
