package org.snapshotproxy.connectors.s3;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.Digests;
import org.snapshotproxy.connectors.base.Ledger;
import org.snapshotproxy.connectors.base.Receipt;

/**
 * Writes the index of an archive from the receipts, and from its parent's index what they do not
 * replace. The note is the list of sections.
 */
final class ArchiveLedger implements Ledger {
  private final ArchiveDestination destination;
  private final IndexWriter index;
  private final ParentLines parent;

  ArchiveLedger(ArchiveDestination destination) {
    this.destination = destination;
    this.index = new IndexWriter(destination);
    this.parent = new ParentLines(destination.parent());
  }

  @Override
  public void add(Receipt receipt) throws IOException, InterruptedException {
    keepBefore(receipt.segment());
    for (IndexLine line = parent.next(receipt.segment() + 1);
        line != null;
        line = parent.next(receipt.segment() + 1)) {
      keep(line, receipt.written() | receipt.cleared() | receipt.skipped());
    }
    for (long part : ObjectParts.aligned(receipt.written(), destination.options().blocks())) {
      ObjectName name =
          ObjectName.of(destination.archive(), receipt.segment(), part, digests(receipt, part));
      index.add(new IndexLine(part, name));
    }
  }

  /** Takes over what the parent has before a segment. */
  private void keepBefore(int segment) throws IOException, InterruptedException {
    for (IndexLine line = parent.next(segment); line != null; line = parent.next(segment)) {
      keep(line, 0);
    }
  }

  /** Takes a line over, but for blocks that are replaced or beyond the end of what is archived. */
  private void keep(IndexLine line, long replaced) throws IOException, InterruptedException {
    long beyond = ~Blocks.maskWithin(line.segment(), destination.bytes());
    Optional<IndexLine> left = line.without(replaced | beyond);
    if (left.isPresent()) {
      index.add(left.get());
    }
  }

  private static List<byte[]> digests(Receipt receipt, long part) {
    List<byte[]> digests = new ArrayList<>();
    int position = 0;
    for (long rest = receipt.written(); rest != 0; rest &= rest - 1) {
      if ((part & Long.lowestOneBit(rest)) != 0) {
        int from = position * Digests.LENGTH;
        digests.add(Arrays.copyOfRange(receipt.digests(), from, from + Digests.LENGTH));
      }
      position++;
    }
    return digests;
  }

  @Override
  public String finish() throws IOException, InterruptedException {
    keepBefore(Integer.MAX_VALUE);
    return ManifestJson.writeSections(index.finish());
  }

  @Override
  public void close() {
    index.close();
    parent.close();
  }
}
