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
