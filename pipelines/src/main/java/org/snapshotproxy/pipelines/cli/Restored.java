package org.snapshotproxy.pipelines.cli;

import java.io.IOException;
import java.util.Optional;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.base.Origin;
import org.snapshotproxy.connectors.s3.Archive;
import org.snapshotproxy.connectors.s3.ArchiveOrigin;
import org.snapshotproxy.connectors.s3.Archives;
import org.snapshotproxy.connectors.s3.ReferenceArchive;
import org.snapshotproxy.connectors.s3.ReferenceArchives;
import org.snapshotproxy.connectors.s3.ReferenceOrigin;
import org.snapshotproxy.connectors.s3.S3Access;
import org.snapshotproxy.connectors.s3.S3Location;

/** An archive that is to be read, in either layout. */
sealed interface Restored {
  /**
   * Looks for an archive: first for one of our own.
   *
   * @param name perhaps with a slash behind it, as S3 tools show a directory
   * @throws FspException if there is none, or it cannot be trusted
   */
  static Restored find(S3Access access, S3Location place, String name, int listConcurrency)
      throws IOException, InterruptedException {
    String plain = name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
    return named(access, place, plain, listConcurrency);
  }

  private static Restored named(S3Access access, S3Location place, String name, int listConcurrency)
      throws IOException, InterruptedException {
    try (Archives archives = new Archives(access, place);
        ReferenceArchives references = new ReferenceArchives(access, place)) {
      Optional<Archive> own = archives.find(name);
      if (own.isPresent()) {
        return new Own(own.get(), listConcurrency);
      }
      Optional<ReferenceArchive> reference = references.find(name);
      if (reference.isPresent()) {
        return new OfReference(reference.get());
      }
      throw new FspException(
          "There is no archive "
              + place
              + name
              + (archives.hasObjects(name)
                  ? ": its manifest is missing, so the movetos3 of it was interrupted; repeat that, it sends what is missing."
                  : "; check the name, the bucket and the prefix."));
    }
  }

  /** In the user's words. */
  String uri();

  /** Its exact length. */
  long bytes();

  int volumeGiB();

  /** Tells this content from any other that may have its name at another time. */
  String identity();

  /**
   * @param clear whether what it does not hold is cleared at the destination
   */
  Origin origin(boolean clear);

  /** An archive of this tool. */
  record Own(Archive archive, int listConcurrency) implements Restored {
    @Override
    public String uri() {
      return archive.uri();
    }

    @Override
    public long bytes() {
      return archive.manifest().bytes();
    }

    @Override
    public int volumeGiB() {
      return archive.manifest().volumeGib();
    }

    @Override
    public String identity() {
      return uri() + " " + archive.manifestSha256();
    }

    @Override
    public Origin origin(boolean clear) {
      return new ArchiveOrigin(archive, clear, listConcurrency);
    }
  }

  /** An archive of the reference tool, or like its. */
  record OfReference(ReferenceArchive archive) implements Restored {
    @Override
    public String uri() {
      return archive.uri();
    }

    @Override
    public long bytes() {
      return archive.volumeGiB() * Blocks.GIB;
    }

    @Override
    public int volumeGiB() {
      return archive.volumeGiB();
    }

    @Override
    public String identity() {
      return uri();
    }

    @Override
    public Origin origin(boolean clear) {
      return new ReferenceOrigin(archive, clear);
    }
  }
}
