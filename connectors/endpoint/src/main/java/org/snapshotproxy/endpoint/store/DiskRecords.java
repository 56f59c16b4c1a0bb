package org.snapshotproxy.endpoint.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;

/**
 * Records in two sparse files: {@code index} (64 bytes a block index) and {@code pages} (one byte a
 * page of 64 records, set before the page's first record is written). In memory it keeps one bit a
 * page: 256 KiB for 64 TiB.
 */
final class DiskRecords implements Records {
  private final FileChannel index;
  private final FileChannel pages;
  private final BitSet marked = new BitSet();

  DiskRecords(Path folder) throws IOException {
    this.index = open(folder.resolve("index"));
    this.pages = open(folder.resolve("pages"));
    ByteBuffer chunk = ByteBuffer.allocate(64 * 1024);
    for (long at = 0; ; ) {
      int n = pages.read(chunk.clear(), at);
      if (n <= 0) {
        break;
      }
      for (int i = 0; i < n; i++) {
        if (chunk.get(i) != 0) {
          marked.set((int) (at + i));
        }
      }
      at += n;
    }
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(
        file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  @Override
  public int nextPage(int page) {
    synchronized (marked) {
      return marked.nextSetBit(page);
    }
  }

  @Override
  public void readPage(int page, ByteBuffer into) throws IOException {
    fill(into, (long) page * PAGE_SIZE);
  }

  @Override
  public void read(int blockIndex, ByteBuffer into) throws IOException {
    if (nextPage(blockIndex / PER_PAGE) != blockIndex / PER_PAGE) {
      into.put(0, (byte) 0);
      return;
    }
    fill(into, (long) blockIndex * RECORD_SIZE);
  }

  private void fill(ByteBuffer into, long at) throws IOException {
    into.clear();
    while (into.hasRemaining()) {
      if (index.read(into, at + into.position()) < 0) {
        while (into.hasRemaining()) {
          into.put((byte) 0);
        }
      }
    }
  }

  @Override
  public void write(int blockIndex, ByteBuffer record) throws IOException {
    int page = blockIndex / PER_PAGE;
    if (nextPage(page) != page) {
      writeFully(pages, ByteBuffer.wrap(new byte[] {1}), page);
      synchronized (marked) {
        marked.set(page);
      }
    }
    writeFully(index, record, (long) blockIndex * RECORD_SIZE);
  }

  static void writeFully(FileChannel channel, ByteBuffer from, long at) throws IOException {
    long position = at;
    while (from.hasRemaining()) {
      position += channel.write(from, position);
    }
  }

  @Override
  public void force() throws IOException {
    index.force(true);
    pages.force(true);
  }

  @Override
  public void close() throws IOException {
    index.close();
    pages.close();
  }
}
