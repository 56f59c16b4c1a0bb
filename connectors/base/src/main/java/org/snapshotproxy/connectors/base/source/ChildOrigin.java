package org.snapshotproxy.connectors.base.source;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.connector.source.Source;
import org.snapshotproxy.connectors.base.Origin;
import org.snapshotproxy.connectors.base.PartReader;
import org.snapshotproxy.connectors.base.RequestMetrics;
import org.snapshotproxy.connectors.base.SegmentDescriptor;

/**
 * An origin for a destination that begins as a copy of a parent: of the blocks to clear only those
 * are cleared that the parent lists, for all others read as zeros already.
 *
 * @param origin what the destination is to become; it clears whatever it does not move
 * @param parent what the destination begins as; its descriptors move the blocks it lists
 * @param listConcurrency ranges that each source subtask lists at a time, at least 1
 */
public record ChildOrigin(ListedOrigin origin, ListedOrigin parent, int listConcurrency)
    implements Origin {
  @Override
  public String name() {
    return origin.name();
  }

  @Override
  public Source<SegmentDescriptor, ?, ?> source() {
    SegmentLister.Factory all = origin.lister();
    SegmentLister.Factory held = parent.lister();
    int parentSegments = parent.segments();
    return new RangeSource(
        () -> new ClearsOfParent(all.open(), held.open(), parentSegments),
        origin.segments(),
        listConcurrency);
  }

  @Override
  public PartReader openReader() {
    return origin.openReader();
  }

  /** Lists both, the parent only where there is anything to clear. */
  record ClearsOfParent(SegmentLister all, SegmentLister parent, int parentSegments)
      implements SegmentLister {
    @Override
    public void measure(RequestMetrics requests) {
      all.measure(requests);
      parent.measure(requests);
    }

    @Override
    public Page list(int from, int to) throws IOException, InterruptedException {
      Page page = all.list(from, to);
      if (page.descriptors().stream().allMatch(each -> each.clear() == 0)) {
        return page;
      }
      Map<Integer, Long> held = held(from, Math.min(page.next(), parentSegments));
      List<SegmentDescriptor> kept = new ArrayList<>();
      for (SegmentDescriptor each : page.descriptors()) {
        long clear = each.clear() & held.getOrDefault(each.segment(), 0L);
        if ((each.move() | clear) != 0) {
          kept.add(new SegmentDescriptor(each.segment(), each.move(), clear, each.tokens()));
        }
      }
      return new Page(kept, page.next());
    }

    private Map<Integer, Long> held(int from, int to) throws IOException, InterruptedException {
      Map<Integer, Long> held = new HashMap<>();
      int next = from;
      while (next < to) {
        Page page = parent.list(next, to);
        page.descriptors().forEach(each -> held.put(each.segment(), each.move()));
        next = page.next();
      }
      return held;
    }

    @Override
    public void close() throws IOException {
      try (all) {
        parent.close();
      }
    }
  }
}
