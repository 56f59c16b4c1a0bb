package org.snapshotproxy.connectors.device;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.base.SegmentDescriptor;
import org.snapshotproxy.connectors.base.source.SegmentLister;

/**
 * Lists a local file by its holes. A block is moved if any of its bytes is data, even if that data
 * is zeros: what was written is the user's, what was not written is nobody's.
 */
final class LocalLister implements SegmentLister {
  /** Segments a page at the most, so that a page is a few KiB. */
  private static final int PAGE = 256;

  private final LocalOrigin origin;
  private final Path path;
  private boolean known;
  private Linux.Descriptor file;

  // The hole and the data behind it found last, kept because either may span many segments:
  // [holeFrom, dataFrom) is hole, [dataFrom, dataTo) is data.
  private long holeFrom;
  private long dataFrom;
  private long dataTo;

  LocalLister(LocalOrigin origin) {
    this.origin = origin;
    this.path = Path.of(origin.path());
    this.dataTo = Linux.PRESENT ? 0 : Long.MAX_VALUE;
  }

  @Override
  public Page list(int from, int to) throws IOException {
    checkLength();
    List<SegmentDescriptor> descriptors = new ArrayList<>();
    int next = from;
    while (next < to && descriptors.size() < PAGE) {
      if (origin.holes() == Holes.SKIP) {
        long data = nextData(Blocks.offset(Blocks.firstBlock(next)));
        next = (int) Math.min(to, Math.max(next, data / Blocks.SEGMENT_SIZE));
        if (next == to) {
          break;
        }
      }
      SegmentDescriptor descriptor = describe(next);
      if ((descriptor.move() | descriptor.clear()) != 0) {
        descriptors.add(descriptor);
      }
      next++;
    }
    return new Page(descriptors, next);
  }

  /** Past the end everything looks like a hole, so a file cut short must not go unnoticed. */
  private void checkLength() {
    long now;
    try {
      if (!known) {
        origin.identity().require(path);
        known = true;
      }
      now = LocalPath.sizeOf(path);
    } catch (IOException e) {
      throw new FspException(
          "Cannot read "
              + origin.path()
              + " here: "
              + LocalPath.reason(e)
              + "."
              + origin.identity().advice(),
          e);
    }
    if (now < origin.bytes()) {
      throw origin.shrunk(now);
    }
  }

  private SegmentDescriptor describe(int segment) throws IOException {
    long inside = Blocks.maskWithin(segment, origin.bytes());
    return switch (origin.holes()) {
      case MOVE -> new SegmentDescriptor(segment, inside, 0, List.of());
      case SKIP -> new SegmentDescriptor(segment, dataMask(segment) & inside, 0, List.of());
      case CLEAR -> {
        long move = dataMask(segment) & inside;
        long clear = Blocks.maskWithin(segment, origin.volumeBytes()) & ~move;
        yield new SegmentDescriptor(segment, move, clear, List.of());
      }
    };
  }

  private long dataMask(int segment) throws IOException {
    long start = Blocks.offset(Blocks.firstBlock(segment));
    long end = start + Blocks.SEGMENT_SIZE;
    long mask = 0;
    long position = start;
    while (position < end) {
      long data = nextData(position);
      if (data >= end) {
        break;
      }
      int first = (int) ((data - start) / Blocks.SIZE);
      int last = (int) ((Math.min(dataTo, end) - 1 - start) / Blocks.SIZE);
      mask |= (-1L << first) & (-1L >>> (Blocks.PER_SEGMENT - 1 - last));
      // The rest of the last block is decided; only the next block can say something new.
      position = start + (long) (last + 1) * Blocks.SIZE;
    }
    return mask;
  }

  /** The first data byte at or after {@code from}; its stretch is then {@code dataFrom, dataTo}. */
  private long nextData(long from) throws IOException {
    if (from >= origin.bytes()) {
      return Long.MAX_VALUE;
    }
    if (from >= dataFrom && from < dataTo) {
      return from;
    }
    if (from >= holeFrom && from < dataFrom) {
      return dataFrom;
    }
    if (file == null) {
      file = Linux.Descriptor.toRead(path);
    }
    holeFrom = from;
    dataFrom = file.nextData(from);
    dataTo = dataFrom == Long.MAX_VALUE ? dataFrom : file.nextHole(dataFrom);
    return dataFrom;
  }

  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
    }
  }
}
