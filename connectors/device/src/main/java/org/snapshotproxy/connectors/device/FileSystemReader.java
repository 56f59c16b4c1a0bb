package org.snapshotproxy.connectors.device;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.snapshotproxy.connectors.base.BlockReader;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.base.Masks;
import org.snapshotproxy.connectors.base.SegmentDescriptor;

/**
 * Reads blocks through streams of a Flink file system. A stream is for one thread, so each read
 * borrows one; there are never more than reading threads. Thread-safe.
 */
final class FileSystemReader implements BlockReader {
  private final FileSystemOrigin origin;
  private final Path path;
  private final FileSystem fileSystem;
  private final List<Idle> idle = new ArrayList<>();
  private boolean closed;

  /** A stream and where it stands. */
  private record Idle(FSDataInputStream stream, long position) {}

  FileSystemReader(FileSystemOrigin origin) {
    this.origin = origin;
    this.path = new Path(origin.uri());
    try {
      this.fileSystem = FileSystemOrigin.fileSystem(path);
    } catch (IOException e) {
      throw new FspException(
          "Cannot reach the file system of " + path + ": " + LocalPath.reason(e) + ".", e);
    }
  }

  @Override
  public byte[] read(SegmentDescriptor descriptor, int position, byte[] into) throws IOException {
    int block = Masks.indexes(descriptor.segment(), descriptor.move())[position];
    long offset = Blocks.offset(block);
    int length = (int) Math.max(0, Math.min(Blocks.SIZE, origin.bytes() - offset));
    try {
      readFully(offset, into, length);
    } catch (FileNotFoundException e) {
      throw new FspException(path + " is gone since the run began.", e);
    } catch (IOException e) {
      throw new IOException(
          "Cannot read block " + block + " of " + path + ": " + LocalPath.reason(e) + ".", e);
    }
    Arrays.fill(into, length, Blocks.SIZE, (byte) 0);
    return null;
  }

  private void readFully(long offset, byte[] into, int length) throws IOException {
    FSDataInputStream stream = borrow(offset);
    boolean whole = false;
    try {
      stream.seek(offset);
      int done = 0;
      while (done < length) {
        int read = stream.read(into, done, length - done);
        if (read < 0) {
          throw origin.changed(offset + done);
        }
        done += read;
      }
      whole = true;
    } finally {
      if (whole) {
        giveBack(new Idle(stream, offset + length));
      } else {
        stream.close();
      }
    }
  }

  /** Prefers a stream that stands at the offset: elsewhere an object store needs a new request. */
  private FSDataInputStream borrow(long offset) throws IOException {
    synchronized (this) {
      if (closed) {
        throw new IOException("the reader is closed");
      }
      if (!idle.isEmpty()) {
        int last = idle.size() - 1;
        for (int i = 0; i < last; i++) {
          if (idle.get(i).position() == offset) {
            return idle.remove(i).stream();
          }
        }
        return idle.remove(last).stream();
      }
    }
    return fileSystem.open(path);
  }

  private void giveBack(Idle stream) throws IOException {
    synchronized (this) {
      if (!closed) {
        idle.add(stream);
        return;
      }
    }
    stream.stream().close();
  }

  @Override
  public void close() throws IOException {
    List<Idle> open;
    synchronized (this) {
      closed = true;
      open = List.copyOf(idle);
      idle.clear();
    }
    IOException failure = null;
    for (Idle each : open) {
      try {
        each.stream().close();
      } catch (IOException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
