package org.snapshotproxy.pipelines.job;

import java.io.Serializable;
import java.util.HexFormat;
import java.util.Optional;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.Digests;
import org.snapshotproxy.connectors.base.Receipt;
import org.snapshotproxy.connectors.base.SegmentDescriptor;

/**
 * The rows of a segment in a volume's map, ascending, without the last line feed: {@code
 * block_index,byte_offset,state,sha256}.
 *
 * @param moved the state of moved blocks, such as {@code present}
 */
record MapRows(String moved) implements Serializable {
  /** The rows without digests; nothing for a segment without blocks. */
  Optional<String> of(SegmentDescriptor descriptor) {
    return rows(descriptor.segment(), descriptor.move(), descriptor.clear(), bit -> "");
  }

  /** The rows with the digests of the blocks that were read. */
  Optional<String> of(Receipt receipt) {
    String zero = HexFormat.of().formatHex(Blocks.zeroDigest());
    return rows(
        receipt.segment(),
        receipt.written() | receipt.skipped(),
        receipt.cleared(),
        bit -> (receipt.skipped() & bit) == 0 ? digest(receipt, bit) : zero);
  }

  private static String digest(Receipt receipt, long bit) {
    int from = Long.bitCount(receipt.written() & (bit - 1)) * Digests.LENGTH;
    return HexFormat.of().formatHex(receipt.digests(), from, from + Digests.LENGTH);
  }

  private Optional<String> rows(int segment, long move, long clear, Digest digest) {
    StringBuilder rows = new StringBuilder();
    for (long rest = move | clear; rest != 0; rest &= rest - 1) {
      long bit = Long.lowestOneBit(rest);
      int index = Blocks.firstBlock(segment) + Long.numberOfTrailingZeros(bit);
      boolean isMoved = (move & bit) != 0;
      rows.append(rows.isEmpty() ? "" : "\n")
          .append(index)
          .append(',')
          .append(Blocks.offset(index))
          .append(',')
          .append(isMoved ? moved : "cleared")
          .append(',')
          .append(isMoved ? digest.of(bit) : "");
    }
    return rows.isEmpty() ? Optional.empty() : Optional.of(rows.toString());
  }

  private interface Digest {
    String of(long bit);
  }
}
