package org.snapshotproxy.endpoint.wire;

/** What answers requests. Called from many threads. */
@FunctionalInterface
public interface Handler {
  /** Answers one request; may block; throws nothing. */
  Reply handle(Request request);
}
