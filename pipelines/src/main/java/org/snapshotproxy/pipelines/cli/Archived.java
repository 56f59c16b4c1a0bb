package org.snapshotproxy.pipelines.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.snapshotproxy.connectors.aws.AwsAccess;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.base.Origin;
import org.snapshotproxy.connectors.ebs.DeltaInfo;
import org.snapshotproxy.connectors.ebs.DeltaOrigin;
import org.snapshotproxy.connectors.ebs.EbsOrigin;
import org.snapshotproxy.connectors.ebs.PermissionCheck;
import org.snapshotproxy.connectors.ebs.SnapshotInfo;
import org.snapshotproxy.connectors.ebs.Snapshots;
import org.snapshotproxy.connectors.s3.Archive;
import org.snapshotproxy.connectors.s3.ArchivedOrigin;
import org.snapshotproxy.pipelines.job.JobRunner;

/** What is to be archived: a snapshot, or an image. */
sealed interface Archived {
  /** Looks at what a user named. */
  static Archived inspect(String text, AwsAccess access, boolean everything, int listConcurrency)
      throws IOException, InterruptedException {
    if (SnapshotId.is(text)) {
      try (Snapshots snapshots = new Snapshots(access)) {
        return new OfSnapshot(access, snapshots.inspect(text), null, listConcurrency);
      }
    }
    return new OfImage(text, UploadOrigin.inspect(text), everything);
  }

  /** What the job moves. */
  Origin origin();

  /** The same, of which only what changed since an archive was made is moved. */
  Archived since(Archive base) throws IOException, InterruptedException;

  /** Its exact length. */
  long bytes();

  int volumeGiB();

  ArchivedOrigin identity();

  String defaultName();

  /** Whether its content can be another one tomorrow. */
  boolean isMutable();

  /** Fails if it changed since it was inspected. */
  void checkUnchanged();

  /** The lines and fields about what was archived. */
  void describe(Report report, JobRunner.Outcome outcome, double seconds);

  List<PermissionCheck.Finding> permissions() throws IOException, InterruptedException;

  /**
   * A completed snapshot.
   *
   * @param delta the changes that are moved, or null for everything
   */
  record OfSnapshot(AwsAccess access, SnapshotInfo info, DeltaInfo delta, int listConcurrency)
      implements Archived {
    @Override
    public Archived since(Archive base) throws IOException, InterruptedException {
      ArchivedOrigin first = base.manifest().origin();
      if (!first.kind().equals(ArchivedOrigin.SNAPSHOT)) {
        throw new UsageException(
            base.uri() + " is of an image, and only changes between snapshots can be listed.");
      }
      try (Snapshots snapshots = new Snapshots(access)) {
        DeltaInfo changes = snapshots.compare(first.id(), info.snapshotId());
        return new OfSnapshot(access, info, changes, listConcurrency);
      }
    }

    @Override
    public Origin origin() {
      if (delta != null) {
        return new DeltaOrigin(
            access,
            delta,
            DeltaOrigin.Extent.CHANGES,
            DeltaOrigin.Growth.IGNORE,
            true,
            listConcurrency);
      }
      return new EbsOrigin(access, info, EbsOrigin.Unlisted.IGNORE, true, listConcurrency);
    }

    @Override
    public long bytes() {
      return info.volumeGiB() * Blocks.GIB;
    }

    @Override
    public int volumeGiB() {
      return info.volumeGiB();
    }

    @Override
    public ArchivedOrigin identity() {
      return ArchivedOrigin.snapshot(info.snapshotId(), access.region());
    }

    @Override
    public String defaultName() {
      return info.snapshotId();
    }

    @Override
    public boolean isMutable() {
      return false;
    }

    @Override
    public void checkUnchanged() {
      // A completed snapshot never changes.
    }

    @Override
    public void describe(Report report, JobRunner.Outcome outcome, double seconds) {
      long blocks = outcome.written() + outcome.skipped();
      if (delta != null) {
        Lines.diff(report, delta, blocks, outcome.cleared(), seconds);
        return;
      }
      Lines.list(report, info.snapshotId(), blocks, seconds)
          .field("volume_size_gib", info.volumeGiB());
    }

    @Override
    public List<PermissionCheck.Finding> permissions() throws IOException, InterruptedException {
      try (PermissionCheck check = new PermissionCheck(access)) {
        check.canRead(info.snapshotId());
        if (delta != null) {
          check.canList(delta.first().snapshotId());
          check.canCompare(delta.first().snapshotId(), info.snapshotId());
        }
        return check.findings();
      }
    }
  }

  /** A file or block device. */
  record OfImage(String path, UploadOrigin image, boolean everything) implements Archived {
    @Override
    public Archived since(Archive base) {
      throw new UsageException(
          path
              + " is an image, and only changes between snapshots can be listed; leave out --parent.");
    }

    @Override
    public Origin origin() {
      return image.origin(everything);
    }

    @Override
    public long bytes() {
      return image.bytes();
    }

    @Override
    public int volumeGiB() {
      return Blocks.volumeGiBFor(image.bytes());
    }

    @Override
    public ArchivedOrigin identity() {
      return ArchivedOrigin.image(path);
    }

    @Override
    public String defaultName() {
      return Path.of(path).getFileName().toString();
    }

    @Override
    public boolean isMutable() {
      return true;
    }

    @Override
    public void checkUnchanged() {
      if (!image.isUnchanged()) {
        throw new FspException(
            path
                + " changed while it was read, so the archive is of no single moment; stop what writes to it, and archive it again with --replace.");
      }
    }

    @Override
    public void describe(Report report, JobRunner.Outcome outcome, double seconds) {
      report
          .field("path", path)
          .field("size", image.bytes())
          .size(outcome.written() + outcome.skipped())
          .line(
              "Size of %s is %d bytes and %d chunks",
              path, image.bytes(), Blocks.blocksFor(image.bytes()));
    }

    @Override
    public List<PermissionCheck.Finding> permissions() {
      return List.of(new PermissionCheck.Finding("origin " + path, PermissionCheck.Outcome.OK, ""));
    }
  }
}
