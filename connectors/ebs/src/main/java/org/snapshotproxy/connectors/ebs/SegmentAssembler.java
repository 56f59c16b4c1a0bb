package org.snapshotproxy.connectors.ebs;

import java.util.ArrayList;
import java.util.List;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.base.SegmentDescriptor;
import org.snapshotproxy.connectors.base.source.SegmentLister;

/** Gathers listed blocks into segment descriptors. Used by one thread, for one call. */
final class SegmentAssembler {
  private final int from;
  private final int to;
  private final SnapshotView snapshot;
  private final List<SegmentDescriptor> whole = new ArrayList<>();

  /** The segment that blocks are being added to; everything before it is whole. */
  private int current;

  private long move;
  private List<String> tokens = new ArrayList<>();
  private int lastIndex = -1;

  SegmentAssembler(int from, int to, SnapshotView snapshot) {
    this.from = from;
    this.to = to;
    this.snapshot = snapshot;
    this.current = from;
  }

  /** Adds the next listed block; indexes ascend. */
  void add(int index, String token) {
    if (index <= lastIndex || index < Blocks.firstBlock(from)) {
      throw new FspException(
          snapshot.name()
              + " listed block "
              + index
              + " after block "
              + lastIndex
              + "; the service lists in ascending order, so something is wrong with the endpoint.");
    }
    if (Blocks.offset(index) >= snapshot.bytes()) {
      throw new FspException(
          snapshot.name()
              + " listed block "
              + index
              + ", beyond its volume of "
              + snapshot.volumeGiB()
              + " GiB.");
    }
    lastIndex = index;
    int segment = Blocks.segmentOf(index);
    closeBefore(Math.min(segment, to));
    if (segment < to) {
      move |= Blocks.bit(index);
      if (snapshot.tokens()) {
        tokens.add(token);
      }
      // Known whole without a look at what follows.
      if (Blocks.segmentOf(index + 1) > segment) {
        closeBefore(segment + 1);
      }
    }
  }

  /** The index after the last listed block. */
  int nextBlock() {
    return Math.max(lastIndex + 1, Blocks.firstBlock(from));
  }

  /** Whether at least one segment is known whole. */
  boolean hasWhole() {
    return current > from;
  }

  /** The whole segments; all up to the range's end where the list ended. */
  SegmentLister.Page page(boolean listEnded) {
    if (listEnded) {
      closeBefore(to);
    }
    return new SegmentLister.Page(whole, current);
  }

  private void closeBefore(int segment) {
    while (current < segment) {
      if (move == 0 && snapshot.unlisted() == EbsOrigin.Unlisted.IGNORE) {
        current = segment;
        return;
      }
      long inside = Blocks.maskWithin(current, snapshot.bytes());
      long clear = snapshot.unlisted() == EbsOrigin.Unlisted.CLEAR ? inside & ~move : 0;
      if ((move | clear) != 0) {
        whole.add(new SegmentDescriptor(current, move, clear, tokens));
      }
      move = 0;
      tokens = new ArrayList<>();
      current++;
    }
  }
}
