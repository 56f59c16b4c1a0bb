package org.snapshotproxy.connectors.ebs;

import org.snapshotproxy.connectors.aws.AwsAccess;

/**
 * Two snapshots whose changes can be listed.
 *
 * @param first the one to go from
 * @param second the one to come to; its volume is no smaller
 */
public record DeltaInfo(SnapshotInfo first, SnapshotInfo second) {
  /** Whether the second volume is larger. */
  public boolean grows() {
    return second.volumeGiB() > first.volumeGiB();
  }

  /** The mere list of the changes. */
  DeltaView view(AwsAccess access) {
    SnapshotView view =
        new SnapshotView(
            access, second.snapshotId(), second.volumeGiB(), EbsOrigin.Unlisted.IGNORE, false);
    return new DeltaView(first, view, false);
  }
}
