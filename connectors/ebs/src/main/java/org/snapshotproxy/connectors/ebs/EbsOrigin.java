package org.snapshotproxy.connectors.ebs;

import org.apache.flink.api.connector.source.Source;
import org.snapshotproxy.connectors.aws.AwsAccess;
import org.snapshotproxy.connectors.base.BlockReader;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.SegmentDescriptor;
import org.snapshotproxy.connectors.base.source.ListedOrigin;
import org.snapshotproxy.connectors.base.source.RangeSource;
import org.snapshotproxy.connectors.base.source.SegmentLister;

/** A completed snapshot as an origin. */
public final class EbsOrigin implements ListedOrigin {
  private static final long serialVersionUID = 1L;

  /** What becomes of the blocks a snapshot does not list; they read as zeros. */
  public enum Unlisted {
    /** Nothing: the destination is known to be fresh. */
    IGNORE,
    /** They are cleared: the destination may hold anything. */
    CLEAR
  }

  private final SnapshotView snapshot;
  private final int listConcurrency;

  /**
   * @param access where the snapshot is
   * @param info what {@link Snapshots#inspect} found
   * @param unlisted what becomes of unlisted blocks
   * @param tokens false where blocks are only counted
   * @param listConcurrency ranges that each source subtask lists at a time
   */
  public EbsOrigin(
      AwsAccess access, SnapshotInfo info, Unlisted unlisted, boolean tokens, int listConcurrency) {
    this.snapshot = new SnapshotView(access, info.snapshotId(), info.volumeGiB(), unlisted, tokens);
    this.listConcurrency = listConcurrency;
  }

  @Override
  public String name() {
    return snapshot.name();
  }

  @Override
  public Source<SegmentDescriptor, ?, ?> source() {
    return new RangeSource(lister(), segments(), listConcurrency);
  }

  @Override
  public SegmentLister.Factory lister() {
    SnapshotView view = snapshot;
    return () -> new EbsLister(view);
  }

  @Override
  public int segments() {
    return Blocks.segmentsFor(snapshot.bytes());
  }

  @Override
  public BlockReader openReader() {
    return new EbsBlockReader(snapshot);
  }
}
