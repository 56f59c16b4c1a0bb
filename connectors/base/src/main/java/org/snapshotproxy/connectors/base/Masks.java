package org.snapshotproxy.connectors.base;

/** Sets of blocks of one segment, as the bits of a {@code long}. */
public final class Masks {
  private Masks() {}

  /** The block indexes of a mask, ascending. */
  public static int[] indexes(int segment, long mask) {
    int[] indexes = new int[Long.bitCount(mask)];
    long rest = mask;
    for (int i = 0; i < indexes.length; i++) {
      indexes[i] = Blocks.firstBlock(segment) + Long.numberOfTrailingZeros(rest);
      rest &= rest - 1;
    }
    return indexes;
  }

  /** Each block of a mask as a mask of its own, ascending. */
  public static long[] singles(long mask) {
    long[] singles = new long[Long.bitCount(mask)];
    long rest = mask;
    for (int i = 0; i < singles.length; i++) {
      singles[i] = Long.lowestOneBit(rest);
      rest &= rest - 1;
    }
    return singles;
  }

  /**
   * Refuses a division that would lose a block or move it twice.
   *
   * @return the parts
   * @throws IllegalStateException if they are not disjoint and together the whole
   */
  public static long[] checkParts(long[] parts, long whole) {
    long rest = whole;
    for (long part : parts) {
      if (part == 0 || (part & ~rest) != 0) {
        throw new IllegalStateException(
            "part " + Long.toHexString(part) + " is none of " + Long.toHexString(rest));
      }
      rest &= ~part;
    }
    if (rest != 0) {
      throw new IllegalStateException("blocks " + Long.toHexString(rest) + " are in no part");
    }
    return parts;
  }

  /** Calls {@code run} once for every run of adjacent blocks of a mask, ascending. */
  public static <E extends Exception> void forEachRun(int segment, long mask, Run<E> run) throws E {
    int bit = 0;
    while (bit < Blocks.PER_SEGMENT) {
      if ((mask >>> bit & 1) == 0) {
        bit++;
        continue;
      }
      int end = bit;
      while (end < Blocks.PER_SEGMENT && (mask >>> end & 1) == 1) {
        end++;
      }
      run.accept(Blocks.firstBlock(segment) + bit, end - bit);
      bit = end;
    }
  }

  /** Receives a run of {@code count} blocks from {@code firstBlock} on. */
  @FunctionalInterface
  public interface Run<E extends Exception> {
    void accept(int firstBlock, int count) throws E;
  }
}
