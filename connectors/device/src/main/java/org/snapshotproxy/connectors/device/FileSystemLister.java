package org.snapshotproxy.connectors.device;

import java.util.ArrayList;
import java.util.List;
import org.snapshotproxy.connectors.base.SegmentDescriptor;
import org.snapshotproxy.connectors.base.source.SegmentLister;

/**
 * Lists an image that tells no holes: all of it is moved, what lies behind its end is cleared.
 *
 * @param format says so of each segment
 */
record FileSystemLister(SegmentFormat format) implements SegmentLister {
  /** Segments a page at the most. */
  private static final int PAGE = 256;

  @Override
  public Page list(int from, int to) {
    int next = Math.min(to, from + PAGE);
    List<SegmentDescriptor> descriptors = new ArrayList<>();
    for (int segment = from; segment < next; segment++) {
      descriptors.add(format.describe(segment));
    }
    return new Page(descriptors, next);
  }

  @Override
  public void close() {
    // Holds nothing open.
  }
}
