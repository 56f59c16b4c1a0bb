package org.snapshotproxy.endpoint.service;

import java.util.Optional;
import org.snapshotproxy.endpoint.auth.Caller;
import org.snapshotproxy.endpoint.store.Snapshot;
import org.snapshotproxy.endpoint.store.SnapshotCatalog;
import org.snapshotproxy.endpoint.store.Status;

/** Which snapshots a caller may touch. */
final class SnapshotAccess {
  private final SnapshotCatalog catalog;

  SnapshotAccess(SnapshotCatalog catalog) {
    this.catalog = catalog;
  }

  /** The snapshot, if it lies in the caller's region. */
  Optional<Snapshot> inRegion(String id, Caller caller) {
    return catalog.find(id).filter(s -> s.spec().region().equals(caller.region()));
  }

  static boolean readableBy(Snapshot snapshot, String account) {
    return snapshot.spec().owner().equals(account)
        || snapshot.state().sharedWith().contains(account);
  }

  /** A completed snapshot that the caller may read. */
  Snapshot toRead(String id, Caller caller) throws ServiceError {
    Snapshot snapshot = existing(id, caller);
    if (!readableBy(snapshot, caller.account())) {
      throw denied(id, caller);
    }
    if (snapshot.status() != Status.completed) {
      throw ServiceError.validation(
          "INVALID_SNAPSHOT_ID",
          "The snapshot '" + id + "' is " + snapshot.status() + ", not completed.");
    }
    return snapshot;
  }

  /** The caller's own snapshot, in whatever state. */
  Snapshot toWrite(String id, Caller caller) throws ServiceError {
    Snapshot snapshot = existing(id, caller);
    if (!snapshot.spec().owner().equals(caller.account())) {
      throw denied(id, caller);
    }
    return snapshot;
  }

  private Snapshot existing(String id, Caller caller) throws ServiceError {
    if (!id.matches("snap-[0-9a-f]+") || id.length() > 64) {
      throw ServiceError.validation(
          "INVALID_SNAPSHOT_ID", "The snapshot ID '" + id + "' is not valid.");
    }
    Optional<Snapshot> found = inRegion(id, caller);
    if (found.isEmpty()) {
      throw ServiceError.notFound(id);
    }
    return found.get();
  }

  private static ServiceError denied(String id, Caller caller) {
    return new ServiceError(
        403,
        "AccessDeniedException",
        "UNAUTHORIZED_ACCOUNT",
        "Account " + caller.account() + " may not use snapshot " + id + ".");
  }
}
