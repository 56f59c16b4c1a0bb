package org.snapshotproxy.operators;

import java.io.Serializable;

/**
 * Adjacent blocks.
 *
 * @param first block index of the first
 * @param count how many, at least 1
 */
public record BlockRange(int first, int count) implements Serializable {
  /** Block index of the last one. */
  public int last() {
    return first + count - 1;
  }
}
