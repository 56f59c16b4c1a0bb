package org.snapshotproxy.pipelines.cli;

import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.ebs.DeltaInfo;

/** Lines of the reference tool that more than one command prints. */
final class Lines {
  private Lines() {}

  /** The {@code list} line. */
  static Report list(Report report, String snapshotId, long blocks, double seconds) {
    return report
        .field("snapshot", snapshotId)
        .size(blocks)
        .line(
            "Snapshot %s contains %d chunks and %d bytes, took %.2f seconds.",
            snapshotId, blocks, blocks * Blocks.SIZE, seconds);
  }

  /**
   * The {@code diff} line.
   *
   * @param changed blocks that the second snapshot has otherwise than the first
   * @param cleared blocks that only the first one has
   */
  static Report diff(Report report, DeltaInfo delta, long changed, long cleared, double seconds) {
    String first = delta.first().snapshotId();
    String second = delta.second().snapshotId();
    long blocks = changed + cleared;
    return report
        .field("first_snapshot", first)
        .field("second_snapshot", second)
        .size(blocks)
        .field("changed", changed)
        .field("cleared", cleared)
        .field("first_volume_size_gib", delta.first().volumeGiB())
        .field("volume_size_gib", delta.second().volumeGiB())
        .line(
            "Changes between %s and %s contain %d chunks and %d bytes, took %.2f seconds.",
            first, second, blocks, blocks * Blocks.SIZE, seconds);
  }
}
