package org.snapshotproxy.connectors.base;

import java.util.List;
import org.apache.flink.annotation.PublicEvolving;

/**
 * What to do with one segment, without its data: the only record that is shuffled.
 *
 * @param segment segment index, 0 to 2,097,151
 * @param move the blocks to read and write, one bit a block
 * @param clear the blocks that must read as zeros at the destination; disjoint from {@code move}
 * @param tokens how to read the moved blocks (block tokens, in ascending block order), or empty
 *     where an index is enough
 * @param span what has been listed whole, in the record that ends a range and asks for nothing
 *     else; or null
 */
@PublicEvolving
public record SegmentDescriptor(
    int segment, long move, long clear, List<String> tokens, Span span) {
  public SegmentDescriptor {
    if (segment < 0) {
      throw new IllegalArgumentException("A segment index is not negative: " + segment);
    }
    if ((move & clear) != 0) {
      throw new IllegalArgumentException(
          "Segment "
              + segment
              + " both moves and clears a block: "
              + Long.toHexString(move & clear));
    }
    tokens = List.copyOf(tokens);
    if (!tokens.isEmpty() && tokens.size() != Long.bitCount(move)) {
      throw new IllegalArgumentException(
          "Segment "
              + segment
              + " moves "
              + Long.bitCount(move)
              + " blocks with "
              + tokens.size()
              + " tokens");
    }
  }

  /** What to do with a segment. */
  public SegmentDescriptor(int segment, long move, long clear, List<String> tokens) {
    this(segment, move, clear, tokens, null);
  }

  /** The end of a range. */
  public static SegmentDescriptor endOf(Span span) {
    return new SegmentDescriptor(span.from(), 0, 0, List.of(), span);
  }

  /** Number of blocks to move. */
  public int moveCount() {
    return Long.bitCount(move);
  }

  /** Indexes of the blocks to move, ascending, in the order of {@link #tokens}. */
  public int[] moveIndexes() {
    return Masks.indexes(segment, move);
  }
}
