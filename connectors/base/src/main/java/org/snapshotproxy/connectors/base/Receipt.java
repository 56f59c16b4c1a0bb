package org.snapshotproxy.connectors.base;

import java.util.List;
import org.apache.flink.annotation.PublicEvolving;

/**
 * What a destination acknowledged of one segment. A later receipt of the same segment replaces an
 * earlier one, so a segment written twice counts once.
 *
 * @param segment segment index
 * @param written the blocks written, one bit a block
 * @param cleared the blocks cleared
 * @param skipped the zero blocks left out by choice
 * @param digests raw SHA-256 of the written blocks, ascending, 32 bytes each
 * @param span in the record that ends a range, as in its descriptor; or null
 */
@PublicEvolving
public record Receipt(
    int segment, long written, long cleared, long skipped, byte[] digests, Span span) {
  public Receipt {
    if (digests.length != Long.bitCount(written) * Digests.LENGTH) {
      throw new IllegalArgumentException(
          "Segment "
              + segment
              + ": "
              + digests.length
              + " digest bytes for "
              + Long.bitCount(written)
              + " blocks");
    }
  }

  /** What was acknowledged of a segment. */
  public Receipt(int segment, long written, long cleared, long skipped, byte[] digests) {
    this(segment, written, cleared, skipped, digests, null);
  }

  /** The receipt of a segment whose blocks are all written. */
  public static Receipt of(Segment segment) {
    List<Block> blocks = segment.blocks();
    long mask = 0;
    byte[] digests = new byte[blocks.size() * Digests.LENGTH];
    for (int i = 0; i < blocks.size(); i++) {
      mask |= Blocks.bit(blocks.get(i).index());
      System.arraycopy(blocks.get(i).digest(), 0, digests, i * Digests.LENGTH, Digests.LENGTH);
    }
    return new Receipt(
        segment.segment(), mask, segment.clear(), segment.skipped(), digests, segment.span());
  }
}
