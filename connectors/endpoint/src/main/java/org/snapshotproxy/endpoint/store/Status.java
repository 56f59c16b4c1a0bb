package org.snapshotproxy.endpoint.store;

/** The states of a snapshot, spelled as on the wire. */
public enum Status {
  /** It may be written. */
  pending,
  /** It may be read. */
  completed,
  /** Given up after its timeout. */
  error
}
