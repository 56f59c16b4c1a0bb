package org.snapshotproxy.pipelines.cli;

import java.io.IOException;
import org.snapshotproxy.connectors.base.Destination;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.s3.Archive;
import org.snapshotproxy.connectors.s3.ArchiveDestination;
import org.snapshotproxy.connectors.s3.Archives;
import org.snapshotproxy.connectors.s3.ObjectOptions;
import org.snapshotproxy.connectors.s3.ReferenceArchive;
import org.snapshotproxy.connectors.s3.ReferenceArchives;
import org.snapshotproxy.connectors.s3.ReferenceDestination;
import org.snapshotproxy.connectors.s3.S3Access;
import org.snapshotproxy.connectors.s3.S3Location;

/**
 * An archive to be made: what is checked before anything is written, and the destination.
 *
 * @param replace whether an archive of something else may be replaced
 * @param parent name of the archive to build on, or null
 */
record NewArchive(
    S3Access access,
    S3Location place,
    String name,
    ObjectOptions options,
    boolean replace,
    String parent) {
  /**
   * What the job moves, and where to.
   *
   * @param archived all of the origin, or its changes since the parent
   */
  record Prepared(Archived archived, Destination destination) {}

  String uri() {
    return "s3://" + place.bucket() + "/" + place.prefix() + name;
  }

  /** Makes an archive of our own layout ready; nothing is written here. */
  Prepared own(Archived archived) throws IOException, InterruptedException {
    try (Archives archives = new Archives(access, place)) {
      archives.find(name).ifPresent(existing -> checkReplaceable(existing, archived));
      Archive base = parent == null ? null : base(archives);
      boolean resuming = archives.hasObjects(name);
      return new Prepared(
          base == null ? archived : archived.since(base),
          new ArchiveDestination(
              access,
              place,
              name,
              options,
              resuming,
              archived.bytes(),
              archived.volumeGiB(),
              archived.identity(),
              base));
    }
  }

  /** The same snapshot archived again is the same archive; anything else would be lost. */
  private void checkReplaceable(Archive existing, Archived archived) {
    boolean same =
        !archived.isMutable() && existing.manifest().origin().equals(archived.identity());
    if (!same && !replace) {
      throw new FspException(
          "There is an archive "
              + uri()
              + " already, of "
              + existing.manifest().origin().id()
              + "; give this one another --name, or pass --replace.");
    }
  }

  private Archive base(Archives archives) throws IOException, InterruptedException {
    if (parent.equals(name)) {
      throw new UsageException("An archive cannot be its own --parent.");
    }
    return archives
        .find(parent)
        .orElseThrow(
            () ->
                new FspException(
                    "There is no archive "
                        + place
                        + parent
                        + " to build on: its manifest is missing; archive that one first."));
  }

  /**
   * Makes an archive of the reference tool's layout ready.
   *
   * @param begins whether it is marked as begun, which is the only thing that is written here
   */
  Prepared reference(Archived archived, boolean begins) throws IOException, InterruptedException {
    ReferenceArchive archive = new ReferenceArchive(access, place, name, archived.volumeGiB());
    try (ReferenceArchives archives = new ReferenceArchives(access, place)) {
      ReferenceArchives.Before before = archives.look(archive);
      if (before == ReferenceArchives.Before.WHOLE
          || archived.isMutable() && before != ReferenceArchives.Before.EMPTY) {
        throw new FspException(
            archive.uri()
                + " holds objects already, and in the reference tool's layout nobody could tell them from new ones; give this archive another --name, or remove them.");
      }
      if (begins) {
        archives.begin(archive, options);
      }
      boolean resuming = before != ReferenceArchives.Before.EMPTY;
      return new Prepared(archived, new ReferenceDestination(archive, options, resuming));
    }
  }
}
