package org.snapshotproxy.endpoint.store;

import io.netty.buffer.ByteBuf;
import io.netty.util.ReferenceCounted;
import java.io.Closeable;
import java.io.IOException;

/** The data of one layer: blocks written once, each to a slot of its own. Safe for many threads. */
interface Slots extends Closeable {
  /** Writes the readable 512 KiB of the buffer to a new slot and returns its number. */
  long append(ByteBuf block) throws IOException;

  /** The block of a slot, ready to be written to a channel. */
  ReferenceCounted body(long slot) throws IOException;

  /** Returns once every block appended before is on stable storage. */
  void force() throws IOException;
}
