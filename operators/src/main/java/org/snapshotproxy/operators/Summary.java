package org.snapshotproxy.operators;

import java.security.MessageDigest;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.Digests;
import org.snapshotproxy.connectors.base.Masks;
import org.snapshotproxy.connectors.base.Receipt;
import org.snapshotproxy.connectors.base.Seal;

/** The sum of receipts that come in ascending order of segments. Used by one thread. */
final class Summary {
  private final MessageDigest checksum = Digests.newSha256();
  private long written;
  private long cleared;
  private long skipped;

  void add(Receipt receipt) {
    digest(receipt);
    written += Long.bitCount(receipt.written());
    cleared += Long.bitCount(receipt.cleared());
    skipped += Long.bitCount(receipt.skipped());
  }

  private void digest(Receipt receipt) {
    if (receipt.cleared() == 0) {
      checksum.update(receipt.digests());
      return;
    }
    byte[] zero = Blocks.zeroDigest();
    int next = 0;
    for (int index : Masks.indexes(receipt.segment(), receipt.written() | receipt.cleared())) {
      if ((receipt.cleared() & Blocks.bit(index)) != 0) {
        checksum.update(zero);
      } else {
        checksum.update(receipt.digests(), next, Digests.LENGTH);
        next += Digests.LENGTH;
      }
    }
  }

  /** The LINEAR checksum; ends the sum. */
  byte[] checksum() {
    return checksum.digest();
  }

  Seal seal(byte[] linear, String note) {
    return new Seal(written, cleared, skipped, linear, note);
  }
}
