package org.snapshotproxy.connectors.ebs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.snapshotproxy.connectors.base.SegmentDescriptor;
import org.snapshotproxy.connectors.base.source.SegmentLister;

/** Listing a range to its end, and what descriptors come to as sets of blocks. */
final class Listings {
  private Listings() {}

  static List<SegmentDescriptor> list(BlockList blocks, int from, int to) throws Exception {
    try (SegmentLister lister = new EbsLister(blocks)) {
      return list(lister, from, to);
    }
  }

  static List<SegmentDescriptor> list(SegmentLister lister, int from, int to) throws Exception {
    List<SegmentDescriptor> all = new ArrayList<>();
    int next = from;
    while (next < to) {
      SegmentLister.Page page = lister.list(next, to);
      assertThat(page.next()).isBetween(next + 1, to);
      all.addAll(page.descriptors());
      next = page.next();
    }
    return all;
  }

  static Set<Integer> moved(List<SegmentDescriptor> descriptors) {
    Set<Integer> blocks = new TreeSet<>();
    for (SegmentDescriptor descriptor : descriptors) {
      for (int bit = 0; bit < 64; bit++) {
        if ((descriptor.move() & (1L << bit)) != 0) {
          blocks.add(descriptor.segment() * 64 + bit);
        }
      }
    }
    return blocks;
  }

  static Set<Integer> cleared(List<SegmentDescriptor> descriptors) {
    return moved(
        descriptors.stream()
            .map(each -> new SegmentDescriptor(each.segment(), each.clear(), 0, List.of()))
            .toList());
  }
}
