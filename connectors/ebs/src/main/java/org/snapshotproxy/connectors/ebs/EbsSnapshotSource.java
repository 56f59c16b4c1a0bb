package org.snapshotproxy.connectors.ebs;

import java.io.IOException;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.connector.source.Source;
import org.snapshotproxy.connectors.aws.AwsAccess;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.base.Origin;
import org.snapshotproxy.connectors.base.PartReader;
import org.snapshotproxy.connectors.base.SegmentDescriptor;

/**
 * A completed snapshot, or what changed since an earlier one, as the origin of a job of one's own.
 *
 * <p>Exactly once: a checkpoint holds how far each range of the index is listed, and descriptors in
 * flight; never bytes, and no page token. Every block is checked against the digest that the
 * service declares. Immutable.
 */
@PublicEvolving
public final class EbsSnapshotSource implements Origin {
  private static final long serialVersionUID = 1L;

  private final Origin origin;
  private final int volumeGiB;

  private EbsSnapshotSource(Origin origin, int volumeGiB) {
    this.origin = origin;
    this.volumeGiB = volumeGiB;
  }

  /** What is to be read. */
  public static Builder builder() {
    return new Builder();
  }

  /** Size of the snapshot's volume in GiB, 1 to 65,536. */
  public int volumeGiB() {
    return volumeGiB;
  }

  /** The same in bytes. */
  public long volumeBytes() {
    return volumeGiB * Blocks.GIB;
  }

  @Override
  public String name() {
    return origin.name();
  }

  @Override
  public Source<SegmentDescriptor, ?, ?> source() {
    return origin.source();
  }

  @Override
  public PartReader openReader() {
    return origin.openReader();
  }

  /** Makes a source. For one thread. */
  public static final class Builder {
    private AwsAccess access;
    private String snapshotId;
    private String since;
    private boolean onlyListed;
    private int listConcurrency = 4;

    private Builder() {}

    /** Where the snapshot is, and who asks. Required. */
    public Builder access(AwsAccess where) {
      access = where;
      return this;
    }

    /** The snapshot's id. Required. */
    public Builder snapshotId(String id) {
      snapshotId = id;
      return this;
    }

    /**
     * Only what changed since an earlier snapshot of the same volume, for a destination that reads
     * as that one: blocks to write, and blocks to clear as they are gone.
     */
    public Builder changesSince(String id) {
      since = id;
      return this;
    }

    /**
     * Leaves alone what no list tells of, instead of clearing it: for a destination that reads as
     * zeros wherever it is not written, such as a new file, snapshot or archive. Without this the
     * destination may hold anything before.
     */
    public Builder onlyListed() {
      onlyListed = true;
      return this;
    }

    /** Ranges of the index that each source subtask lists at one time, at least 1; default 4. */
    public Builder listConcurrency(int ranges) {
      listConcurrency = ranges;
      return this;
    }

    /**
     * Asks the service whether it can be read, and how large it is.
     *
     * @throws FspException if something required is missing, or the snapshot cannot be read
     * @throws IOException for a fault that passes, but not soon enough
     */
    public EbsSnapshotSource build() throws IOException, InterruptedException {
      if (access == null || snapshotId == null) {
        throw new FspException("A source of a snapshot needs access and snapshotId.");
      }
      try (Snapshots snapshots = new Snapshots(access)) {
        return since == null
            ? whole(snapshots.inspect(snapshotId))
            : changes(snapshots.compare(since, snapshotId));
      }
    }

    private EbsSnapshotSource whole(SnapshotInfo info) {
      EbsOrigin.Unlisted unlisted =
          onlyListed ? EbsOrigin.Unlisted.IGNORE : EbsOrigin.Unlisted.CLEAR;
      return new EbsSnapshotSource(
          new EbsOrigin(access, info, unlisted, true, listConcurrency), info.volumeGiB());
    }

    private EbsSnapshotSource changes(DeltaInfo info) {
      DeltaOrigin.Growth growth = onlyListed ? DeltaOrigin.Growth.IGNORE : DeltaOrigin.Growth.CLEAR;
      return new EbsSnapshotSource(
          new DeltaOrigin(access, info, DeltaOrigin.Extent.CHANGES, growth, true, listConcurrency),
          info.second().volumeGiB());
    }
  }
}
