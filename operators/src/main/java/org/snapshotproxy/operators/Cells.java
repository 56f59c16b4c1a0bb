package org.snapshotproxy.operators;

import java.io.Serializable;
import org.snapshotproxy.connectors.base.Masks;

/**
 * A volume divided into cells of equally many blocks, the last one perhaps of fewer.
 *
 * @param blocks blocks of the volume, at least 1
 * @param perCell blocks of a cell, at least 1
 */
public record Cells(int blocks, int perCell) implements Serializable {
  /** Cells of a volume, or a few less: enough for a picture, few enough for every checkpoint. */
  public static final int MOST = 1024;

  /** The cells of a volume of so many blocks. */
  public static Cells of(int blocks) {
    return new Cells(blocks, (blocks + MOST - 1) / MOST);
  }

  /** How many cells there are, at most {@link #MOST}. */
  public int count() {
    return (blocks + perCell - 1) / perCell;
  }

  /** Blocks of one of the cells. */
  public int size(int cell) {
    return Math.min(perCell, blocks - cell * perCell);
  }

  /** Adds the blocks of a mask to the counts of their cells. */
  void add(int segment, long mask, long[] counts, int from) {
    Masks.forEachRun(
        segment,
        mask,
        (first, length) -> {
          int block = first;
          while (block < first + length) {
            int cell = block / perCell;
            int end = (int) Math.min(first + length, (cell + 1L) * perCell);
            counts[from + cell] += end - block;
            block = end;
          }
        });
  }
}
