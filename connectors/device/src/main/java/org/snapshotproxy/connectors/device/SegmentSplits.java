package org.snapshotproxy.connectors.device;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.flink.connector.file.src.FileSourceSplit;
import org.apache.flink.connector.file.src.enumerate.FileEnumerator;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.Path;
import org.snapshotproxy.connectors.base.Blocks;

/**
 * Cuts an image into splits that begin and end at segments. No host names: a split is listed here
 * and read elsewhere.
 */
final class SegmentSplits implements FileEnumerator {
  /** A split of fewer segments (512 MiB) would cost more to hand out than to list. */
  static final int FEWEST_SEGMENTS = 16;

  /** Enough splits to keep any cluster busy, few enough to be a small state. */
  static final int MOST_SPLITS = 1024;

  private final FileSystemOrigin origin;

  SegmentSplits(FileSystemOrigin origin) {
    this.origin = origin;
  }

  @Override
  public Collection<FileSourceSplit> enumerateSplits(Path[] paths, int minDesiredSplits)
      throws IOException {
    FileStatus status = origin.status();
    if (status.getLen() != origin.bytes()) {
      throw origin.changed(status.getLen());
    }
    int segments = Blocks.segmentsFor(origin.volumeBytes());
    int size = Math.max(FEWEST_SEGMENTS, (segments + MOST_SPLITS - 1) / MOST_SPLITS);
    List<FileSourceSplit> splits = new ArrayList<>();
    for (int from = 0; from < segments; from += size) {
      int to = Math.min(segments, from + size);
      splits.add(
          new FileSourceSplit(
              from + "-" + to,
              paths[0],
              from * Blocks.SEGMENT_SIZE,
              (to - from) * Blocks.SEGMENT_SIZE,
              status.getModificationTime(),
              status.getLen()));
    }
    return splits;
  }
}
