package org.snapshotproxy.pipelines.cli;

import java.io.IOException;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snapshotproxy.connectors.aws.AwsAccess;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.base.Origin;
import org.snapshotproxy.connectors.device.LocalOrigin;
import org.snapshotproxy.connectors.ebs.EbsOrigin;
import org.snapshotproxy.connectors.ebs.PermissionCheck;
import org.snapshotproxy.connectors.ebs.SnapshotInfo;
import org.snapshotproxy.connectors.ebs.Snapshots;
import org.snapshotproxy.connectors.s3.S3Access;
import org.snapshotproxy.connectors.s3.S3Location;

/**
 * A place to read, as the user names it: {@code snap-…}, {@code ebs://REGION/snap-…}, or what
 * {@code upload} takes.
 *
 * @param text as the user wrote it
 * @param access to the snapshot, if it is one
 * @param snapshotId of the snapshot; empty for all other places
 */
record Place(String text, AwsAccess access, String snapshotId, S3Access s3) {
  private static final Pattern EBS = Pattern.compile("ebs://([^/]*)/([^/]*)");
  private static final Pattern ARCHIVE = Pattern.compile("(s3://[^/]+(?:/.+)?)/([^/]+/?)");

  /** What kind of place it is. */
  enum Kind {
    SNAPSHOT,
    FILE,
    DEVICE,
    ARCHIVE
  }

  /**
   * A place that was looked at.
   *
   * @param kind what it is
   * @param origin its data; what it does not list reads as zeros
   * @param bytes its length
   * @param unchanged whether it still looks as it did
   */
  record Found(Kind kind, Origin origin, long bytes, BooleanSupplier unchanged) {
    /** The same without what a block device holds behind so many bytes. */
    Found atMost(long length) {
      return kind == Kind.DEVICE && length < bytes
          ? new Found(kind, ((LocalOrigin) origin).first(length), length, unchanged)
          : this;
    }
  }

  /**
   * Understands what the user wrote, and looks at nothing yet.
   *
   * @param access for a snapshot whose region is not named with it
   * @param s3 for an archive
   */
  static Place of(String text, AwsAccess access, S3Access s3) {
    Matcher ebs = EBS.matcher(text);
    if (ebs.matches()) {
      return new Place(text, access.in(ebs.group(1)), SnapshotId.check(ebs.group(2)), s3);
    }
    if (text.startsWith("ebs:")) {
      throw new UsageException(
          "'" + text + "' is not a snapshot, such as ebs://us-east-1/snap-0123456789abcdef0.");
    }
    return new Place(text, access, SnapshotId.is(text) ? text : "", s3);
  }

  private Restored archive(int listConcurrency) throws IOException, InterruptedException {
    Matcher archive = ARCHIVE.matcher(text);
    if (!archive.matches()) {
      throw new UsageException(
          "'" + text + "' is not an archive, such as s3://bucket/prefix/snap-0123456789abcdef0.");
    }
    return Restored.find(s3, S3Location.parse(archive.group(1)), archive.group(2), listConcurrency);
  }

  /** Looks at the place; what cannot be read is refused here. */
  Found find(int listConcurrency) throws IOException, InterruptedException {
    if (S3Location.isUri(text)) {
      Restored archive = archive(listConcurrency);
      return new Found(Kind.ARCHIVE, archive.origin(false), archive.bytes(), () -> true);
    }
    if (snapshotId.isEmpty()) {
      UploadOrigin image = UploadOrigin.inspect(text);
      Kind kind = image.isBlockDevice() ? Kind.DEVICE : Kind.FILE;
      return new Found(kind, image.origin(), image.bytes(), image::isUnchanged);
    }
    SnapshotInfo info;
    try (Snapshots snapshots = new Snapshots(access)) {
      info = snapshots.inspect(snapshotId);
    }
    EbsOrigin origin =
        new EbsOrigin(access, info, EbsOrigin.Unlisted.IGNORE, true, listConcurrency);
    return new Found(Kind.SNAPSHOT, origin, info.volumeGiB() * Blocks.GIB, () -> true);
  }

  /** Asks for everything that reading the place needs. */
  void check(DryRun checks) throws IOException, InterruptedException {
    if (S3Location.isUri(text)) {
      try {
        archive(1);
        checks.check("archive " + text, () -> {});
      } catch (FspException e) {
        checks.check(
            "archive " + text,
            () -> {
              throw e;
            });
      }
      return;
    }
    if (snapshotId.isEmpty()) {
      checks.check("origin " + text, () -> UploadOrigin.inspect(text));
      return;
    }
    try (PermissionCheck permissions = new PermissionCheck(access)) {
      permissions.canRead(snapshotId);
      checks.add(permissions.findings());
    }
  }
}
