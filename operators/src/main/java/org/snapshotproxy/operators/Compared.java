package org.snapshotproxy.operators;

import java.util.Arrays;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.Digests;
import org.snapshotproxy.connectors.base.Receipt;

/**
 * What came of comparing one segment.
 *
 * @param segment segment index
 * @param data the blocks that at least one side has data of, one bit a block
 * @param differing those of them that differ
 */
record Compared(int segment, long data, long differing) {
  /** Compares two sides by digest; a block that a side has no data of reads as zeros there. */
  static Compared of(Receipt a, Receipt b) {
    long data = a.written() | b.written();
    long differing = 0;
    byte[] zero = Blocks.zeroDigest();
    for (long rest = data; rest != 0; rest &= rest - 1) {
      long bit = Long.lowestOneBit(rest);
      if (!same(a, b, bit, zero)) {
        differing |= bit;
      }
    }
    return new Compared(a.segment(), data, differing);
  }

  /** Compares a segment that the other side does not list: all zeros there. */
  static Compared withZeros(Receipt receipt) {
    return of(receipt, new Receipt(receipt.segment(), 0, 0, 0, new byte[0]));
  }

  private static boolean same(Receipt a, Receipt b, long bit, byte[] zero) {
    return Arrays.equals(
        digests(a, bit, zero),
        start(a, bit),
        start(a, bit) + Digests.LENGTH,
        digests(b, bit, zero),
        start(b, bit),
        start(b, bit) + Digests.LENGTH);
  }

  private static byte[] digests(Receipt receipt, long bit, byte[] zero) {
    return (receipt.written() & bit) == 0 ? zero : receipt.digests();
  }

  private static int start(Receipt receipt, long bit) {
    return (receipt.written() & bit) == 0
        ? 0
        : Long.bitCount(receipt.written() & (bit - 1)) * Digests.LENGTH;
  }
}
