package org.snapshotproxy.connectors.device;

import java.io.IOException;
import java.net.URI;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.FileSystemFactory;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.fs.local.LocalFileSystem;

/**
 * A file system of another scheme, as a plugin would bring one, over local files. Its streams give
 * few bytes at a time, as a network's do, and fail where two threads use one at the same time.
 */
public final class WatchedFileSystem extends LocalFileSystem {
  static final String SCHEME = "watched";
  private static final int MOST_AT_A_TIME = 100_000;

  /** Streams not closed yet. */
  static final AtomicInteger OPEN = new AtomicInteger();

  /** Streams ever opened. */
  static final AtomicInteger OPENED = new AtomicInteger();

  /** Found through {@code META-INF/services}. */
  public static final class Factory implements FileSystemFactory {
    /** For the service loader. */
    public Factory() {}

    @Override
    public String getScheme() {
      return SCHEME;
    }

    @Override
    public FileSystem create(URI uri) {
      return new WatchedFileSystem();
    }
  }

  static String uri(java.nio.file.Path file) {
    return SCHEME + "://" + file.toAbsolutePath();
  }

  @Override
  public URI getUri() {
    return URI.create(SCHEME + ":///");
  }

  @Override
  public FSDataInputStream open(Path file) throws IOException {
    return new Watched(super.open(file));
  }

  private static final class Watched extends FSDataInputStream {
    private final FSDataInputStream inner;
    private final AtomicBoolean busy = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();

    Watched(FSDataInputStream inner) {
      this.inner = inner;
      OPEN.incrementAndGet();
      OPENED.incrementAndGet();
    }

    private void enter() {
      if (!busy.compareAndSet(false, true)) {
        throw new IllegalStateException("two threads use one stream");
      }
    }

    @Override
    public void seek(long position) throws IOException {
      enter();
      inner.seek(position);
      busy.set(false);
    }

    @Override
    public long getPos() throws IOException {
      return inner.getPos();
    }

    @Override
    public int read() throws IOException {
      throw new IOException("not byte by byte");
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      enter();
      int read = inner.read(into, from, Math.min(length, MOST_AT_A_TIME));
      busy.set(false);
      return read;
    }

    @Override
    public void close() throws IOException {
      if (closed.compareAndSet(false, true)) {
        OPEN.decrementAndGet();
      }
      inner.close();
    }
  }
}
