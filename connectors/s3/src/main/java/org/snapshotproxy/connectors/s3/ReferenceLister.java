package org.snapshotproxy.connectors.s3;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.RequestMetrics;
import org.snapshotproxy.connectors.base.SegmentDescriptor;
import org.snapshotproxy.connectors.base.source.SegmentLister;

/**
 * Lists an archive in the reference tool's layout by its keys; the token of a block is the name of
 * its object.
 */
final class ReferenceLister implements SegmentLister {
  private static final int PAGE = 256;

  private final ReferenceArchive archive;
  private final boolean clear;
  private S3Store store;
  private ReferenceListing listing;

  ReferenceLister(ReferenceArchive archive, boolean clear) {
    this.archive = archive;
    this.clear = clear;
    this.store = S3Store.open(archive.access());
  }

  @Override
  public void measure(RequestMetrics requests) {
    store = store.countedIn(requests);
  }

  @Override
  public Page list(int from, int to) throws IOException, InterruptedException {
    if (listing == null) {
      listing = ReferenceListing.of(archive, store);
    }
    int end = Math.min(to, from + PAGE);
    List<SegmentDescriptor> descriptors = new ArrayList<>();
    int at = listing.firstAt(Blocks.firstBlock(from));
    for (int segment = from; segment < end; segment++) {
      long move = 0;
      List<String> tokens = new ArrayList<>();
      while (at < listing.size() && Blocks.segmentOf(listing.get(at).firstBlock()) == segment) {
        ReferenceName name = listing.get(at++);
        move |= name.mask();
        tokens.addAll(Collections.nCopies(name.count(), name.toString()));
      }
      long cleared = clear ? Blocks.maskWithin(segment, archive.bytes()) & ~move : 0;
      if ((move | cleared) != 0) {
        descriptors.add(new SegmentDescriptor(segment, move, cleared, tokens));
      }
    }
    return new Page(descriptors, end);
  }

  @Override
  public void close() {
    store.close();
  }
}
