package org.snapshotproxy.connectors.ebs.table;

import java.io.IOException;
import java.util.List;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.RequestMetrics;
import org.snapshotproxy.connectors.base.source.SegmentLister;

/**
 * Lists whole segments within a window, and no more of them once enough blocks were listed. Used by
 * one thread.
 */
final class WindowedLister implements SegmentLister {
  private final SegmentLister lister;
  private final int first;
  private final int end;
  private final long enough;
  private long listed;

  /**
   * @param lister takes over, and closes it
   * @param enough blocks after which the rest is left out
   */
  WindowedLister(SegmentLister lister, BlockWindow window, long enough) {
    this.lister = lister;
    this.first = segment(window.from());
    this.end = segment(window.to() + Blocks.PER_SEGMENT - 1);
    this.enough = enough;
  }

  private static int segment(long block) {
    return (int) Math.max(0, Math.min(Integer.MAX_VALUE, block / Blocks.PER_SEGMENT));
  }

  @Override
  public void measure(RequestMetrics requests) {
    lister.measure(requests);
  }

  @Override
  public Page list(int from, int to) throws IOException, InterruptedException {
    int last = Math.min(to, end);
    if (listed >= enough || from >= last) {
      return new Page(List.of(), to);
    }
    if (from < first) {
      return new Page(List.of(), Math.min(first, to));
    }
    Page page = lister.list(from, last);
    page.descriptors().forEach(each -> listed += Long.bitCount(each.move() | each.clear()));
    return page;
  }

  @Override
  public void close() throws IOException {
    lister.close();
  }
}
