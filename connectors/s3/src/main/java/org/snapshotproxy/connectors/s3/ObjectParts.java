package org.snapshotproxy.connectors.s3;

import java.util.ArrayList;
import java.util.List;
import org.snapshotproxy.connectors.base.Blocks;

/** How the blocks of a segment are divided among objects. */
final class ObjectParts {
  private ObjectParts() {}

  /** By aligned groups of {@code most} block indexes, whatever gaps are in them. */
  static long[] aligned(long mask, int most) {
    List<Long> parts = new ArrayList<>();
    long group = most == Blocks.PER_SEGMENT ? -1L : (1L << most) - 1;
    for (int bit = 0; bit < Blocks.PER_SEGMENT; bit += most) {
      long part = mask & group << bit;
      if (part != 0) {
        parts.add(part);
      }
    }
    return parts.stream().mapToLong(Long::longValue).toArray();
  }

  /** By runs of adjacent blocks within those groups. */
  static long[] runs(long mask, int most) {
    List<Long> runs = new ArrayList<>();
    for (long part : aligned(mask, most)) {
      long rest = part;
      while (rest != 0) {
        long lowest = Long.lowestOneBit(rest);
        // Adding to the lowest bit carries through its run.
        long run = rest & ~(rest + lowest);
        runs.add(run);
        rest &= ~run;
      }
    }
    return runs.stream().mapToLong(Long::longValue).toArray();
  }
}
