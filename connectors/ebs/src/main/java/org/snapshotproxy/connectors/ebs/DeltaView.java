package org.snapshotproxy.connectors.ebs;

import java.util.ArrayList;
import java.util.List;
import org.snapshotproxy.connectors.aws.AwsAccess;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.FspException;
import software.amazon.awssdk.services.ebs.EbsClient;
import software.amazon.awssdk.services.ebs.model.ChangedBlock;
import software.amazon.awssdk.services.ebs.model.ListChangedBlocksResponse;

/**
 * The list of the blocks in which a second snapshot differs from a first one. A block that only the
 * first one has is gone: it reads as zeros in the second.
 *
 * @param first the snapshot to go from
 * @param second the snapshot to come to, which tokens are for; its volume is no smaller
 * @param clearGrowth whether blocks behind the first volume's end that are not listed are cleared
 */
record DeltaView(SnapshotInfo first, SnapshotView second, boolean clearGrowth)
    implements BlockList {

  @Override
  public AwsAccess access() {
    return second.access();
  }

  @Override
  public String name() {
    return "the difference from " + first.snapshotId() + " to " + second.name();
  }

  @Override
  public String operation() {
    return "ListChangedBlocks";
  }

  @Override
  public int volumeGiB() {
    return second.volumeGiB();
  }

  @Override
  public boolean tokens() {
    return second.tokens();
  }

  @Override
  public long clearFrom() {
    return clearGrowth ? first.volumeGiB() * Blocks.GIB : bytes();
  }

  @Override
  public Page page(EbsClient ebs, int start, String token, int results) {
    ListChangedBlocksResponse page =
        ebs.listChangedBlocks(
            request ->
                request
                    .firstSnapshotId(first.snapshotId())
                    .secondSnapshotId(second.snapshotId())
                    .startingBlockIndex(token == null ? start : null)
                    .nextToken(token)
                    .maxResults(results));
    // Nothing says of which of the two volumes the size is told.
    check(page.volumeSize(), page.blockSize(), first.volumeGiB());
    List<Entry> entries = new ArrayList<>(page.changedBlocks().size());
    for (ChangedBlock block : page.changedBlocks()) {
      if (block.firstBlockToken() == null && block.secondBlockToken() == null) {
        throw new FspException(
            "In "
                + name()
                + ", block "
                + block.blockIndex()
                + " is listed without any token, so nothing says which of the two has it.");
      }
      entries.add(new Entry(block.blockIndex(), block.secondBlockToken()));
    }
    return new Page(entries, page.nextToken());
  }

  @Override
  public FspException explain(FspException refusal) {
    if (!EbsFaults.isUnrelated(refusal.getCause())) {
      return refusal;
    }
    return new FspException(
        first.snapshotId()
            + " and "
            + second.name()
            + " are not related, and the service compares only snapshots of one lineage; use copy"
            + " or download for the whole of the second, or verify to compare the two.",
        refusal);
  }
}
