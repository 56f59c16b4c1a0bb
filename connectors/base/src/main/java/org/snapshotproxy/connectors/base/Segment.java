package org.snapshotproxy.connectors.base;

import java.util.List;
import org.apache.flink.annotation.PublicEvolving;

/**
 * A segment with its data. It holds its buffers; whoever takes the segment releases them, block by
 * block.
 *
 * @param segment segment index
 * @param blocks the moved blocks, ascending
 * @param clear the blocks to clear, one bit a block
 * @param skipped zero blocks that were read and, by the user's choice, are not sent; they read as
 *     zeros at a fresh destination
 * @param span in the record that ends a range, as in its descriptor; or null
 */
@PublicEvolving
public record Segment(int segment, List<Block> blocks, long clear, long skipped, Span span) {
  public Segment {
    blocks = List.copyOf(blocks);
  }

  /** A segment with its data. */
  public Segment(int segment, List<Block> blocks, long clear, long skipped) {
    this(segment, blocks, clear, skipped, null);
  }

  /** The end of a range. */
  public static Segment endOf(Span span) {
    return new Segment(span.from(), List.of(), 0, 0, span);
  }

  /** Gives every buffer back. */
  public void release() {
    blocks.forEach(block -> block.buffer().release());
  }

  /** Adds {@code more} holders to every buffer. */
  public void retain(int more) {
    blocks.forEach(block -> block.buffer().retain(more));
  }
}
