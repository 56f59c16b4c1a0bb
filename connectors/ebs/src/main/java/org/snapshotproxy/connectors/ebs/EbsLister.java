package org.snapshotproxy.connectors.ebs;

import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.base.source.SegmentLister;
import software.amazon.awssdk.services.ebs.model.Block;
import software.amazon.awssdk.services.ebs.model.ListSnapshotBlocksResponse;

/**
 * Lists the blocks of a snapshot with ListSnapshotBlocks.
 *
 * <p>Every call starts at a block index and follows page tokens only until one whole segment is
 * known, so no page token outlives a call. Pages may be short or empty; only a missing token ends
 * them. A page token that the service no longer takes is replaced by the index after the last
 * listed block. Blocks outside the asked range are dropped.
 */
final class EbsLister implements SegmentLister {
  /** The model's bounds of {@code MaxResults}. */
  private static final int FEWEST_RESULTS = 100;

  private static final int MOST_RESULTS = 10_000;

  /** Refused page tokens in one call; a token refused more often is not one that grew old. */
  private static final int MOST_RENEWALS = 3;

  private final SnapshotView snapshot;
  private final AwsClients clients;

  EbsLister(SnapshotView snapshot) {
    this.snapshot = snapshot;
    this.clients = AwsClients.open(snapshot.access());
  }

  @Override
  public Page list(int from, int to) throws IOException, InterruptedException {
    SegmentAssembler segments = new SegmentAssembler(from, to, snapshot);
    String token = null;
    int start = Blocks.firstBlock(from);
    int renewals = 0;
    do {
      ListSnapshotBlocksResponse page;
      try {
        page = page(start, to - from, token);
      } catch (FspException e) {
        if (!Faults.isInvalidPageToken(e.getCause()) || ++renewals > MOST_RENEWALS) {
          throw e;
        }
        // The token's hour is over; an index never ages.
        start = segments.nextBlock();
        page = page(start, to - from, null);
      }
      snapshot.check(page.volumeSize(), page.blockSize());
      for (Block block : page.blocks()) {
        segments.add(block.blockIndex(), block.blockToken());
      }
      token = page.nextToken();
    } while (token != null && !segments.hasWhole());
    return segments.page(token == null);
  }

  private ListSnapshotBlocksResponse page(int start, int segments, String token)
      throws IOException, InterruptedException {
    Supplier<String> what =
        () -> "ListSnapshotBlocks of " + snapshot.name() + " from block " + start;
    long blocks = (long) segments * Blocks.PER_SEGMENT;
    int results = (int) Math.max(FEWEST_RESULTS, Math.min(MOST_RESULTS, blocks));
    return clients
        .lists()
        .call(
            what,
            () ->
                clients
                    .ebs()
                    .listSnapshotBlocks(
                        request ->
                            request
                                .snapshotId(snapshot.snapshotId())
                                .startingBlockIndex(token == null ? start : null)
                                .nextToken(token)
                                .maxResults(results)));
  }

  /** The block tokens of one segment, listed anew, in ascending block order. */
  List<String> tokens(int segment, long move) throws IOException, InterruptedException {
    Page page = list(segment, segment + 1);
    if (page.descriptors().isEmpty() || page.descriptors().get(0).move() != move) {
      throw new FspException(
          "The list of blocks of "
              + snapshot.name()
              + " changed in segment "
              + segment
              + " while it was read; a completed snapshot never does, so something is wrong with the endpoint.");
    }
    return page.descriptors().get(0).tokens();
  }

  @Override
  public void close() {
    clients.close();
  }
}
