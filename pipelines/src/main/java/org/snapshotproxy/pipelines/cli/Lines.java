package org.snapshotproxy.pipelines.cli;

import org.snapshotproxy.connectors.base.Blocks;

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
}
