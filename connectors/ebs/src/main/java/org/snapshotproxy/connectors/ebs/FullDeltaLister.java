package org.snapshotproxy.connectors.ebs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.base.RequestMetrics;
import org.snapshotproxy.connectors.base.SegmentDescriptor;
import org.snapshotproxy.connectors.base.source.SegmentLister;

/**
 * Lists all blocks of a second snapshot to be moved, and those that it no longer has to be cleared:
 * two lists, asked for the same segments and merged.
 */
final class FullDeltaLister implements SegmentLister {
  private final EbsLister all;
  private final EbsLister changes;

  /** Takes the listers over, and closes them. */
  FullDeltaLister(EbsLister all, EbsLister changes) {
    this.all = all;
    this.changes = changes;
  }

  @Override
  public void measure(RequestMetrics requests) {
    all.measure(requests);
    changes.measure(requests);
  }

  @Override
  public Page list(int from, int to) throws IOException, InterruptedException {
    Page listed = all.list(from, to);
    Page changed = changes.list(from, listed.next());
    Map<Integer, SegmentDescriptor> moves = bySegment(listed);
    Map<Integer, SegmentDescriptor> clears = bySegment(changed);
    TreeSet<Integer> segments = new TreeSet<>(moves.keySet());
    segments.addAll(clears.keySet());
    List<SegmentDescriptor> merged = new ArrayList<>();
    for (int segment : segments.headSet(changed.next())) {
      SegmentDescriptor nothing = new SegmentDescriptor(segment, 0, 0, List.of());
      merge(moves.getOrDefault(segment, nothing), clears.getOrDefault(segment, nothing), merged);
    }
    return new Page(merged, changed.next());
  }

  private static Map<Integer, SegmentDescriptor> bySegment(Page page) {
    Map<Integer, SegmentDescriptor> descriptors = new HashMap<>();
    page.descriptors().forEach(each -> descriptors.put(each.segment(), each));
    return descriptors;
  }

  private static void merge(
      SegmentDescriptor listed, SegmentDescriptor changed, List<SegmentDescriptor> into) {
    if ((changed.move() & ~listed.move()) != 0 || (changed.clear() & listed.move()) != 0) {
      throw new FspException(
          "ListSnapshotBlocks and ListChangedBlocks contradict each other in segment "
              + listed.segment()
              + "; something is wrong with the endpoint.");
    }
    if ((listed.move() | changed.clear()) != 0) {
      into.add(
          new SegmentDescriptor(listed.segment(), listed.move(), changed.clear(), listed.tokens()));
    }
  }

  @Override
  public void close() {
    all.close();
    changes.close();
  }
}
