package org.snapshotproxy.endpoint.store;

import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentSkipListMap;

/** Records on the heap, a page at a time. */
final class MemoryRecords implements Records {
  private final ConcurrentSkipListMap<Integer, byte[]> pages = new ConcurrentSkipListMap<>();

  @Override
  public int nextPage(int page) {
    Integer found = pages.ceilingKey(page);
    return found == null ? -1 : found;
  }

  @Override
  public void readPage(int page, ByteBuffer into) {
    copy(pages.get(page), 0, into);
  }

  @Override
  public void read(int index, ByteBuffer into) {
    copy(pages.get(index / PER_PAGE), index % PER_PAGE * RECORD_SIZE, into);
  }

  private static void copy(byte[] page, int offset, ByteBuffer into) {
    into.clear();
    if (page == null) {
      into.put(0, new byte[into.capacity()]);
      return;
    }
    synchronized (page) {
      into.put(0, page, offset, into.capacity());
    }
  }

  @Override
  public void write(int index, ByteBuffer record) {
    byte[] page = pages.computeIfAbsent(index / PER_PAGE, p -> new byte[PAGE_SIZE]);
    synchronized (page) {
      record.get(0, page, index % PER_PAGE * RECORD_SIZE, RECORD_SIZE);
    }
  }

  @Override
  public void force() {}

  @Override
  public void close() {}
}
