package org.snapshotproxy.endpoint.store;

import java.io.IOException;

/** A forward walk over the entries of one layer. For one thread. */
public interface LayerCursor {
  /**
   * The index of the next entry at or after the present position, or {@code limit} if there is none
   * before it. Does not move past the entry found.
   */
  int peek(int limit) throws IOException;

  /** The kind of the entry that the last {@link #peek} found. */
  BlockKind kind();

  /** Moves to the given index, which is not before the present position. */
  void seek(int index);
}
