package org.snapshotproxy.endpoint.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The index of one layer: a 64-byte record for every block index, in pages of 64 records. Absent
 * records read as zeros. Safe for many threads; writers of one record must not overlap.
 */
interface Records extends Closeable {
  int RECORD_SIZE = 64;
  int PER_PAGE = 64;
  int PAGE_SIZE = RECORD_SIZE * PER_PAGE;

  /** The first page at or after the given one that may hold a record, or {@code -1}. */
  int nextPage(int page) throws IOException;

  /** Fills the buffer ({@link #PAGE_SIZE} bytes) with a page. */
  void readPage(int page, ByteBuffer into) throws IOException;

  /** Fills the buffer ({@link #RECORD_SIZE} bytes) with one record. */
  void read(int index, ByteBuffer into) throws IOException;

  /** Writes one record in one step: a reader sees the old one or the new one. */
  void write(int index, ByteBuffer record) throws IOException;

  /** Returns once every record written before is on stable storage. */
  void force() throws IOException;
}
