package org.snapshotproxy.pipelines.cli;

import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Native;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where the kernel says that a file or device holds data; what lies between reads as zeros. Volumes
 * of whole GiB that hold a few blocks are compared by these: reading their holes is most of the
 * work of a comparison that knows of none.
 *
 * @param size of the file or device in bytes
 * @param ranges ascending, apart from each other
 */
record DataRanges(long size, List<Range> ranges) {
  private static final LibC LIBC = Native.load("c", LibC.class);
  private static final int O_RDONLY = 0;
  private static final int SEEK_END = 2;
  private static final int SEEK_DATA = 3;
  private static final int SEEK_HOLE = 4;
  private static final int NO_MORE_DATA = 6; // ENXIO
  private static final int NOT_KNOWN_HERE = 22; // EINVAL: a block device has no holes to tell of
  private static final int CHUNK = 1 << 20;

  /** Bytes from {@code start} to before {@code end}. */
  record Range(long start, long end) {}

  /** The system calls of Linux that Java lacks. */
  interface LibC extends Library {
    int open(String path, int flags) throws LastErrorException;

    long lseek(int descriptor, long offset, int whence) throws LastErrorException;

    int close(int descriptor) throws LastErrorException;
  }

  static DataRanges of(Path file) {
    int descriptor = LIBC.open(file.toString(), O_RDONLY);
    try {
      List<Range> ranges = new ArrayList<>();
      long size = LIBC.lseek(descriptor, 0, SEEK_END);
      long end = 0;
      while (end < size) {
        long start = nextData(descriptor, end, size);
        end = start < size ? nextHole(descriptor, start, size) : size;
        ranges.add(new Range(start, end));
      }
      return new DataRanges(size, ranges);
    } finally {
      LIBC.close(descriptor);
    }
  }

  private static long nextData(int descriptor, long from, long size) {
    try {
      return LIBC.lseek(descriptor, from, SEEK_DATA);
    } catch (LastErrorException e) {
      return switch (e.getErrorCode()) {
        case NO_MORE_DATA -> size;
        case NOT_KNOWN_HERE -> from;
        default -> throw e;
      };
    }
  }

  private static long nextHole(int descriptor, long from, long size) {
    try {
      return LIBC.lseek(descriptor, from, SEEK_HOLE);
    } catch (LastErrorException e) {
      if (e.getErrorCode() == NOT_KNOWN_HERE) {
        return size;
      }
      throw e;
    }
  }

  /** Fails with the place of a difference; knows a block device's size, which Java does not. */
  static void assertSameBytes(Path expected, Path actual) throws IOException {
    DataRanges one = of(expected);
    DataRanges other = of(actual);
    if (one.size != other.size) {
      throw new AssertionError(
          "%s has %d bytes, %s %d".formatted(expected, one.size, actual, other.size));
    }
    try (RandomAccessFile left = new RandomAccessFile(expected.toFile(), "r");
        RandomAccessFile right = new RandomAccessFile(actual.toFile(), "r")) {
      long done = 0;
      for (Range range : ascending(one, other)) {
        for (long from = Math.max(done, range.start); from < range.end; from += CHUNK) {
          int length = (int) Math.min(CHUNK, range.end - from);
          int difference = Arrays.mismatch(read(left, from, length), read(right, from, length));
          if (difference >= 0) {
            throw new AssertionError(
                "%s and %s differ at byte %d".formatted(expected, actual, from + difference));
          }
        }
        done = Math.max(done, range.end);
      }
    }
  }

  private static List<Range> ascending(DataRanges one, DataRanges other) {
    return Stream.concat(one.ranges.stream(), other.ranges.stream())
        .sorted(Comparator.comparingLong(Range::start))
        .toList();
  }

  private static byte[] read(RandomAccessFile file, long from, int length) throws IOException {
    byte[] bytes = new byte[length];
    file.seek(from);
    file.readFully(bytes);
    return bytes;
  }
}
