package org.snapshotproxy.connectors.ebs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.base.Masks;
import org.snapshotproxy.connectors.base.RequestMetrics;
import org.snapshotproxy.connectors.base.SegmentDescriptor;
import org.snapshotproxy.connectors.base.source.SegmentLister;

/**
 * Lists the blocks of a snapshot, or of the changes between two.
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

  private final BlockList list;
  private final AwsClients clients;
  private RequestMetrics.Operation pages;

  EbsLister(BlockList list) {
    this.list = list;
    this.clients = AwsClients.open(list.access());
    measure(RequestMetrics.unread());
  }

  @Override
  public void measure(RequestMetrics requests) {
    pages = clients.lists().measured(requests, list.operation());
  }

  @Override
  public Page list(int from, int to) throws IOException, InterruptedException {
    SegmentAssembler segments = new SegmentAssembler(from, to, list);
    String token = null;
    int start = Blocks.firstBlock(from);
    int renewals = 0;
    do {
      BlockList.Page page;
      try {
        page = page(start, to - from, token);
      } catch (FspException e) {
        if (!EbsFaults.isInvalidPageToken(e.getCause()) || ++renewals > MOST_RENEWALS) {
          throw list.explain(e);
        }
        // The token's hour is over; an index never ages.
        start = segments.nextBlock();
        page = page(start, to - from, null);
      }
      page.entries().forEach(segments::add);
      token = page.nextToken();
    } while (token != null && !segments.hasWhole());
    return segments.page(token == null);
  }

  private BlockList.Page page(int start, int segments, String token)
      throws IOException, InterruptedException {
    Supplier<String> what = () -> list.operation() + " of " + list.name() + " from block " + start;
    long blocks = (long) segments * Blocks.PER_SEGMENT;
    int results = (int) Math.max(FEWEST_RESULTS, Math.min(MOST_RESULTS, blocks));
    return clients.lists().call(pages, what, () -> list.page(clients.ebs(), start, token, results));
  }

  /**
   * The block tokens of some blocks of one segment, listed anew, in ascending block order.
   *
   * @param move the blocks, all of which the list had before
   */
  List<String> tokens(int segment, long move) throws IOException, InterruptedException {
    List<SegmentDescriptor> descriptors = list(segment, segment + 1).descriptors();
    long listed = descriptors.isEmpty() ? 0 : descriptors.get(0).move();
    if ((move & ~listed) != 0) {
      throw new FspException(
          "The list of blocks of "
              + list.name()
              + " changed in segment "
              + segment
              + " while it was read; a completed snapshot never does, so something is wrong with the endpoint.");
    }
    List<String> tokens = new ArrayList<>();
    int position = 0;
    for (long bit : Masks.singles(listed)) {
      if ((move & bit) != 0) {
        tokens.add(descriptors.get(0).tokens().get(position));
      }
      position++;
    }
    return tokens;
  }

  @Override
  public void close() {
    clients.close();
  }
}
