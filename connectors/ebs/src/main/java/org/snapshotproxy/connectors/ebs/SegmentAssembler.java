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
  private final BlockList list;

  /** The first segment whose unlisted blocks are cleared. */
  private final int firstCleared;

  private final List<SegmentDescriptor> whole = new ArrayList<>();

  /** The segment that blocks are being added to; everything before it is whole. */
  private int current;

  private long move;
  private long clear;
  private List<String> tokens = new ArrayList<>();
  private int lastIndex = -1;

  SegmentAssembler(int from, int to, BlockList list) {
    this.from = from;
    this.to = to;
    this.list = list;
    this.firstCleared = Math.toIntExact(list.clearFrom() / Blocks.SEGMENT_SIZE);
    this.current = from;
  }

  /** Adds the next listed block; indexes ascend. */
  void add(BlockList.Entry entry) {
    int index = entry.index();
    if (index <= lastIndex || index < Blocks.firstBlock(from)) {
      throw new FspException(
          list.name()
              + " listed block "
              + index
              + " after block "
              + lastIndex
              + "; the service lists in ascending order, so something is wrong with the endpoint.");
    }
    if (Blocks.offset(index) >= list.bytes()) {
      throw new FspException(
          list.name()
              + " listed block "
              + index
              + ", beyond its volume of "
              + list.volumeGiB()
              + " GiB.");
    }
    lastIndex = index;
    int segment = Blocks.segmentOf(index);
    closeBefore(Math.min(segment, to));
    if (segment < to) {
      take(entry);
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

  private void take(BlockList.Entry entry) {
    if (entry.token() == null) {
      clear |= Blocks.bit(entry.index());
      return;
    }
    move |= Blocks.bit(entry.index());
    if (list.tokens()) {
      tokens.add(entry.token());
    }
  }

  private void closeBefore(int segment) {
    while (current < segment) {
      if ((move | clear) == 0 && current < firstCleared) {
        current = Math.min(segment, firstCleared);
        continue;
      }
      if (current >= firstCleared) {
        clear |= Blocks.maskWithin(current, list.bytes()) & ~move;
      }
      if ((move | clear) != 0) {
        whole.add(new SegmentDescriptor(current, move, clear, tokens));
      }
      move = 0;
      clear = 0;
      tokens = new ArrayList<>();
      current++;
    }
  }
}
