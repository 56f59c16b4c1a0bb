package org.snapshotproxy.connectors.s3;

import java.util.Optional;
import org.snapshotproxy.connectors.base.Destination;
import org.snapshotproxy.connectors.base.Ledger;
import org.snapshotproxy.connectors.base.PartWriter;
import org.snapshotproxy.connectors.base.Sealer;

/**
 * An archive to be written: data objects by the writers, the index by the ledger, the manifest by
 * the sealer, and before that no archive.
 *
 * @param access how to reach it
 * @param place where it goes
 * @param archive its name
 * @param options what its objects are like
 * @param resuming whether objects of an earlier run may be there, and are looked for
 * @param bytes length of what is archived
 * @param volumeGiB size of a volume for it
 * @param origin what is archived
 * @param parent the archive that unlisted blocks are taken from, or null
 */
public record ArchiveDestination(
    S3Access access,
    S3Location place,
    String archive,
    ObjectOptions options,
    boolean resuming,
    long bytes,
    int volumeGiB,
    ArchivedOrigin origin,
    Archive parent)
    implements Destination {
  public ArchiveDestination {
    ArchiveName.check(archive);
  }

  @Override
  public String name() {
    return place.uri(archive);
  }

  @Override
  public PartWriter openWriter() {
    return new ArchiveWriter(this);
  }

  @Override
  public Optional<Ledger> openLedger() {
    return Optional.of(new ArchiveLedger(this));
  }

  @Override
  public Sealer openSealer() {
    return new ArchiveSealer(this);
  }
}
