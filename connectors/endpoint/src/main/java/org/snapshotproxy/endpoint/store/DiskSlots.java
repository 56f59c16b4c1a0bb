package org.snapshotproxy.endpoint.store;

import io.netty.buffer.ByteBuf;
import io.netty.channel.DefaultFileRegion;
import io.netty.util.ReferenceCounted;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Blocks in append-only files of at most 1 TiB each ({@code data-0000}, {@code data-0001}, …), for
 * a file system may not take larger ones. A slot is never written twice.
 */
final class DiskSlots implements Slots {
  private static final long SLOTS_PER_FILE = 1L << 21;

  private final Path folder;
  private final ConcurrentHashMap<Integer, FileChannel> files = new ConcurrentHashMap<>();
  private final AtomicLong next;

  DiskSlots(Path folder) throws IOException {
    this.folder = folder;
    int file = 0;
    while (Files.exists(path(file + 1))) {
      file++;
    }
    long bytes = Files.exists(path(file)) ? Files.size(path(file)) : 0;
    long used = (bytes + Geometry.BLOCK_SIZE - 1) / Geometry.BLOCK_SIZE;
    this.next = new AtomicLong(file * SLOTS_PER_FILE + used);
  }

  private Path path(int file) {
    return folder.resolve(String.format(Locale.ROOT, "data-%04d", file));
  }

  private FileChannel channel(int file) throws IOException {
    FileChannel open = files.get(file);
    if (open != null) {
      return open;
    }
    synchronized (files) {
      open = files.get(file);
      if (open == null) {
        open =
            FileChannel.open(
                path(file),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        files.put(file, open);
      }
      return open;
    }
  }

  private FileChannel channelOf(long slot) throws IOException {
    return channel((int) (slot / SLOTS_PER_FILE));
  }

  private static long offsetOf(long slot) {
    return slot % SLOTS_PER_FILE * Geometry.BLOCK_SIZE;
  }

  @Override
  public long append(ByteBuf block) throws IOException {
    long slot = next.getAndIncrement();
    ByteBuffer bytes = block.nioBuffer(block.readerIndex(), Geometry.BLOCK_SIZE);
    DiskRecords.writeFully(channelOf(slot), bytes, offsetOf(slot));
    return slot;
  }

  @Override
  public ReferenceCounted body(long slot) throws IOException {
    return new SharedFileRegion(channelOf(slot), offsetOf(slot));
  }

  @Override
  public void force() throws IOException {
    for (int file = 0; Files.exists(path(file)); file++) {
      channel(file).force(true);
    }
  }

  @Override
  public void close() throws IOException {
    synchronized (files) {
      for (FileChannel file : files.values()) {
        file.close();
      }
      files.clear();
    }
  }

  /** A region of a file that stays open when the region has been sent. */
  private static final class SharedFileRegion extends DefaultFileRegion {
    SharedFileRegion(FileChannel file, long position) {
      super(file, position, Geometry.BLOCK_SIZE);
    }

    @Override
    protected void deallocate() {
      // The file belongs to the layer.
    }
  }
}
