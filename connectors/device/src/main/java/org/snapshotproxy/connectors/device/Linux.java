package org.snapshotproxy.connectors.device;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * The system calls that Java lacks, on 64-bit Linux. Elsewhere, or where the native library cannot
 * be loaded, {@link #PRESENT} is false and nothing here is called: files then count as all data and
 * zeros are written as bytes.
 */
final class Linux {
  private static final int O_RDONLY = 0;
  private static final int O_RDWR = 2;
  private static final int O_EXCL = 0x80;
  private static final int O_CLOEXEC = 0x80000;
  private static final int SEEK_DATA = 3;
  private static final int SEEK_HOLE = 4;
  private static final int KEEP_SIZE = 0x01;
  private static final int PUNCH_HOLE = 0x02;
  private static final int ZERO_RANGE = 0x10;

  private static final int EINTR = 4;
  private static final int ENXIO = 6;
  private static final int EBUSY = 16;

  /** EPERM (a sealed or append-only file), ENODEV, EINVAL, ENOTTY, ENOSYS, EOPNOTSUPP. */
  private static final Set<Integer> CANNOT = Set.of(1, 19, 22, 25, 38, 95);

  /** Whether the calls work here. */
  static final boolean PRESENT = link();

  private Linux() {}

  private static boolean link() {
    try {
      if (!Platform.isLinux() || Native.LONG_SIZE != 8) {
        return false;
      }
      Native.register(Linux.class, NativeLibrary.getProcess());
      return true;
    } catch (LinkageError e) {
      return false; // no JNA library for this processor, or nowhere to unpack it
    }
  }

  private static native int open(byte[] path, int flags) throws LastErrorException;

  private static native int close(int fd) throws LastErrorException;

  private static native long lseek(int fd, long offset, int whence) throws LastErrorException;

  private static native int fallocate(int fd, int mode, long offset, long length)
      throws LastErrorException;

  /**
   * Whether somebody holds a block device: a mounted file system, swap, RAID, the device mapper.
   * Empty where that cannot be asked.
   */
  static Optional<Boolean> inUse(Path device) {
    if (!PRESENT) {
      return Optional.empty();
    }
    try {
      close(open(bytes(device), O_RDONLY | O_EXCL | O_CLOEXEC));
      return Optional.of(false);
    } catch (LastErrorException e) {
      return e.getErrorCode() == EBUSY ? Optional.of(true) : Optional.empty();
    }
  }

  private static byte[] bytes(Path path) {
    byte[] name = path.toString().getBytes(LocalPath.NAMES);
    return Arrays.copyOf(name, name.length + 1);
  }

  /**
   * A file descriptor of its own, beside the {@code FileChannel} that moves the bytes: Java gives
   * its descriptors to nobody. Both see the same page cache. The allocating calls are thread-safe;
   * the seeking ones are for one thread.
   */
  static final class Descriptor implements Closeable {
    private final Path path;
    private final int fd;

    /** Read by who uses the descriptor: once closed, its number may be another file's. */
    private final ReadWriteLock use = new ReentrantReadWriteLock();

    private boolean closed;

    private Descriptor(Path path, int flags) throws IOException {
      this.path = path;
      try {
        this.fd = open(bytes(path), flags | O_CLOEXEC);
      } catch (LastErrorException e) {
        throw failure("opening", e);
      }
    }

    /** Opens for seeking. */
    static Descriptor toRead(Path path) throws IOException {
      return new Descriptor(path, O_RDONLY);
    }

    /** Opens for allocating. */
    static Descriptor toWrite(Path path) throws IOException {
      return new Descriptor(path, O_RDWR);
    }

    /**
     * The first byte at or after {@code from} that is data; {@code Long.MAX_VALUE} where only a
     * hole follows; {@code from} itself where the file system cannot tell.
     */
    long nextData(long from) throws IOException {
      return seek(from, SEEK_DATA, from, Long.MAX_VALUE);
    }

    /**
     * The end of the data that {@code from} lies in; {@code Long.MAX_VALUE} where the file system
     * cannot tell.
     */
    long nextHole(long from) throws IOException {
      return seek(from, SEEK_HOLE, Long.MAX_VALUE, from);
    }

    private long seek(long from, int whence, long unknown, long pastEnd) throws IOException {
      use.readLock().lock();
      try {
        checkOpen();
        return seekWhileOpen(from, whence, unknown, pastEnd);
      } finally {
        use.readLock().unlock();
      }
    }

    private void checkOpen() throws ClosedChannelException {
      if (closed) {
        throw new ClosedChannelException();
      }
    }

    private long seekWhileOpen(long from, int whence, long unknown, long pastEnd)
        throws IOException {
      while (true) {
        try {
          return lseek(fd, from, whence);
        } catch (LastErrorException e) {
          if (e.getErrorCode() == ENXIO) {
            return pastEnd;
          }
          if (CANNOT.contains(e.getErrorCode())) {
            return unknown;
          }
          if (e.getErrorCode() != EINTR) {
            throw failure("seeking in", e);
          }
        }
      }
    }

    /**
     * Frees a range, which then reads as zeros. On a block device the kernel does so only where the
     * device promises zeros.
     *
     * @return false if it cannot be done here
     */
    boolean punchHole(long offset, long length) throws IOException {
      return allocate(PUNCH_HOLE | KEEP_SIZE, offset, length);
    }

    /**
     * Makes a range read as zeros while it stays allocated; on a block device the kernel writes
     * zeros where the device has no command for it.
     *
     * @return false if it cannot be done here
     */
    boolean zeroRange(long offset, long length) throws IOException {
      return allocate(ZERO_RANGE | KEEP_SIZE, offset, length);
    }

    private boolean allocate(int mode, long offset, long length) throws IOException {
      use.readLock().lock();
      try {
        checkOpen();
        return allocateWhileOpen(mode, offset, length);
      } finally {
        use.readLock().unlock();
      }
    }

    private boolean allocateWhileOpen(int mode, long offset, long length) throws IOException {
      while (true) {
        try {
          fallocate(fd, mode, offset, length);
          return true;
        } catch (LastErrorException e) {
          // EBUSY: the device is mounted and the kernel keeps its cache from us.
          if (CANNOT.contains(e.getErrorCode()) || e.getErrorCode() == EBUSY) {
            return false;
          }
          if (e.getErrorCode() != EINTR) {
            throw failure("zeroing a range of", e);
          }
        }
      }
    }

    private IOException failure(String doing, LastErrorException e) {
      return new IOException(doing + " " + path + " failed: " + e.getMessage(), e);
    }

    @Override
    public void close() throws IOException {
      use.writeLock().lock();
      try {
        if (!closed) {
          closed = true;
          Linux.close(fd);
        }
      } catch (LastErrorException e) {
        throw failure("closing", e);
      } finally {
        use.writeLock().unlock();
      }
    }
  }
}
