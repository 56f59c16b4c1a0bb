package org.snapshotproxy.connectors.ebs;

import java.io.Serializable;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.FspException;

/**
 * A completed snapshot and how it is to be looked at.
 *
 * @param access where it is
 * @param snapshotId its id
 * @param volumeGiB its volume's size, 1 to 65,536
 * @param unlisted what becomes of blocks that are not in the list
 * @param tokens whether descriptors carry block tokens; a mere count needs none
 */
record SnapshotView(
    AwsAccess access, String snapshotId, int volumeGiB, EbsOrigin.Unlisted unlisted, boolean tokens)
    implements Serializable {

  String name() {
    return snapshotId + " in " + access.region();
  }

  long bytes() {
    return volumeGiB * Blocks.GIB;
  }

  /** Refuses a page that speaks of another volume than the one the job was planned for. */
  void check(Long volumeSize, Integer blockSize) {
    if (volumeSize == null
        || volumeSize != volumeGiB
        || blockSize == null
        || blockSize != Blocks.SIZE) {
      throw new FspException(
          name()
              + " was listed with volume size "
              + volumeSize
              + " GiB and block size "
              + blockSize
              + " bytes, not "
              + volumeGiB
              + " GiB and "
              + Blocks.SIZE
              + " bytes.");
    }
  }
}
