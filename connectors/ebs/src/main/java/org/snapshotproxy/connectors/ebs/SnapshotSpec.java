package org.snapshotproxy.connectors.ebs;

import java.util.Map;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.FspException;

/**
 * A snapshot to start.
 *
 * @param volumeGiB 1 to 65,536
 * @param description up to 255 characters, or empty
 * @param tags up to 50
 * @param kmsKeyArn the key to encrypt it with, or empty; excludes a parent
 * @param encrypted whether to encrypt it; excludes a parent
 * @param parentSnapshotId the parent, or empty
 * @param clientToken derived from the run's identity: a driver started again gets the same snapshot
 */
public record SnapshotSpec(
    int volumeGiB,
    String description,
    Map<String, String> tags,
    String kmsKeyArn,
    boolean encrypted,
    String parentSnapshotId,
    String clientToken) {
  public SnapshotSpec {
    tags = Map.copyOf(tags);
    if (volumeGiB < 1 || volumeGiB > Blocks.MAX_VOLUME_GIB) {
      throw new FspException(
          "A volume has 1 to " + Blocks.MAX_VOLUME_GIB + " GiB, not " + volumeGiB + ".");
    }
    if (description.length() > 255) {
      throw new FspException(
          "A description has at most 255 characters, not " + description.length() + ".");
    }
    if (tags.size() > 50) {
      throw new FspException("A snapshot has at most 50 tags, not " + tags.size() + ".");
    }
    if (!parentSnapshotId.isEmpty() && (encrypted || !kmsKeyArn.isEmpty())) {
      throw new FspException(
          "A child snapshot is encrypted as its parent is; leave out either the parent or the encryption.");
    }
  }
}
