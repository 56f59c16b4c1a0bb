package org.snapshotproxy.connectors.ebs;

import java.util.ArrayList;
import java.util.List;
import org.snapshotproxy.connectors.aws.AwsAccess;
import org.snapshotproxy.connectors.base.FspException;
import software.amazon.awssdk.services.ebs.EbsClient;
import software.amazon.awssdk.services.ebs.model.Block;
import software.amazon.awssdk.services.ebs.model.ListSnapshotBlocksResponse;

/**
 * The list of all blocks of a completed snapshot.
 *
 * @param access where it is
 * @param snapshotId its id
 * @param volumeGiB its volume's size, 1 to 65,536
 * @param unlisted what becomes of blocks that are not in the list
 * @param tokens whether descriptors carry block tokens
 */
record SnapshotView(
    AwsAccess access, String snapshotId, int volumeGiB, EbsOrigin.Unlisted unlisted, boolean tokens)
    implements BlockList {

  @Override
  public String name() {
    return snapshotId + " in " + access.region();
  }

  @Override
  public String operation() {
    return "ListSnapshotBlocks";
  }

  @Override
  public long clearFrom() {
    return unlisted == EbsOrigin.Unlisted.CLEAR ? 0 : bytes();
  }

  @Override
  public Page page(EbsClient ebs, int start, String token, int results) {
    ListSnapshotBlocksResponse page =
        ebs.listSnapshotBlocks(
            request ->
                request
                    .snapshotId(snapshotId)
                    .startingBlockIndex(token == null ? start : null)
                    .nextToken(token)
                    .maxResults(results));
    check(page.volumeSize(), page.blockSize(), volumeGiB);
    List<Entry> entries = new ArrayList<>(page.blocks().size());
    for (Block block : page.blocks()) {
      if (block.blockToken() == null) {
        throw new FspException(
            name() + " listed block " + block.blockIndex() + " without a token to read it by.");
      }
      entries.add(new Entry(block.blockIndex(), block.blockToken()));
    }
    return new Page(entries, page.nextToken());
  }
}
