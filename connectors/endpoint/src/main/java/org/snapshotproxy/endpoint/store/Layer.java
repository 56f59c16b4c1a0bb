package org.snapshotproxy.endpoint.store;

import io.netty.buffer.ByteBuf;
import io.netty.util.ReferenceCounted;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;

/** One snapshot's own blocks. Safe for many threads. */
public interface Layer extends Closeable {
  /** What this layer alone says of the index; {@link BlockKind#NONE} if nothing. */
  BlockKind kindOf(int index) throws IOException;

  /** The entry of the index in this layer alone. */
  Optional<BlockEntry> find(int index) throws IOException;

  /** A walk over this layer's own entries, ascending, from the given index on. */
  LayerCursor cursor(int from);

  /**
   * The block's 512 KiB, ready to be written to a channel: a {@link ByteBuf} or a {@code
   * FileRegion}. The receiver releases it.
   */
  ReferenceCounted body(BlockEntry entry, int index) throws IOException;
}
