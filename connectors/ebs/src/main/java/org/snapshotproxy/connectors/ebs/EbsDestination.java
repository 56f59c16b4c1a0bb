package org.snapshotproxy.connectors.ebs;

import org.snapshotproxy.connectors.aws.AwsAccess;
import org.snapshotproxy.connectors.base.BlockWriter;
import org.snapshotproxy.connectors.base.Destination;
import org.snapshotproxy.connectors.base.Sealer;

/**
 * A started, still pending snapshot as a destination. Putting a block again replaces it with the
 * same bytes, so replays change nothing; a cleared block is a put block of zeros, as a child would
 * else keep its parent's data.
 *
 * @param access where the snapshot is
 * @param snapshotId its id
 */
public record EbsDestination(AwsAccess access, String snapshotId) implements Destination {
  @Override
  public String name() {
    return snapshotId + " in " + access.region();
  }

  @Override
  public BlockWriter openWriter() {
    return new EbsBlockWriter(this);
  }

  @Override
  public Sealer openSealer() {
    return new EbsSealer(this);
  }
}
