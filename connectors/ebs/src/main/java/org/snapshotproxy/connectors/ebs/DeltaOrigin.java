package org.snapshotproxy.connectors.ebs;

import org.apache.flink.api.connector.source.Source;
import org.snapshotproxy.connectors.aws.AwsAccess;
import org.snapshotproxy.connectors.base.BlockReader;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.SegmentDescriptor;
import org.snapshotproxy.connectors.base.source.ListedOrigin;
import org.snapshotproxy.connectors.base.source.RangeSource;
import org.snapshotproxy.connectors.base.source.SegmentLister;

/**
 * The changes from one snapshot to another as an origin: blocks of the second to move, and blocks
 * to clear because the second no longer has them. For a destination that reads as the first; it
 * then reads as the second. Immutable.
 */
public final class DeltaOrigin implements ListedOrigin {
  private static final long serialVersionUID = 1L;

  /** What is sent beside the changed blocks. */
  public enum Extent {
    /** Nothing. */
    CHANGES,
    /** Every other block that the second snapshot lists. */
    EVERYTHING
  }

  /** What becomes of the unlisted blocks by which the second volume is larger than the first. */
  public enum Growth {
    /** Nothing: the destination is known to read as zeros there. */
    IGNORE,
    /** They are cleared: the destination may hold anything there. */
    CLEAR
  }

  private final DeltaView changes;
  private final Extent extent;
  private final int listConcurrency;

  /**
   * @param access where both snapshots are
   * @param info what {@link Snapshots#compare} found
   * @param tokens false where blocks are only counted
   * @param listConcurrency ranges that each source subtask lists at a time
   */
  public DeltaOrigin(
      AwsAccess access,
      DeltaInfo info,
      Extent extent,
      Growth growth,
      boolean tokens,
      int listConcurrency) {
    SnapshotInfo second = info.second();
    SnapshotView view =
        new SnapshotView(
            access, second.snapshotId(), second.volumeGiB(), EbsOrigin.Unlisted.IGNORE, tokens);
    this.changes = new DeltaView(info.first(), view, growth == Growth.CLEAR);
    this.extent = extent;
    this.listConcurrency = listConcurrency;
  }

  @Override
  public String name() {
    return changes.name();
  }

  @Override
  public Source<SegmentDescriptor, ?, ?> source() {
    return new RangeSource(lister(), segments(), listConcurrency);
  }

  @Override
  public SegmentLister.Factory lister() {
    DeltaView view = changes;
    return extent == Extent.CHANGES
        ? () -> new EbsLister(view)
        : () -> new FullDeltaLister(new EbsLister(view.second()), new EbsLister(view));
  }

  @Override
  public int segments() {
    return Blocks.segmentsFor(changes.bytes());
  }

  @Override
  public BlockReader openReader() {
    return new EbsBlockReader(changes.second());
  }
}
