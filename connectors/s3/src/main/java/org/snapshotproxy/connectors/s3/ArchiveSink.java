package org.snapshotproxy.connectors.s3;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.annotation.PublicEvolving;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.Destination;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.base.Ledger;
import org.snapshotproxy.connectors.base.PartWriter;
import org.snapshotproxy.connectors.base.Sealer;

/**
 * A new archive as the destination of a job of one's own.
 *
 * <p>Objects are put at least once, under names that are digests of their content. The job writes
 * the manifest, which makes the archive exist, when all of the origin is written and in a
 * checkpoint. Immutable.
 */
@PublicEvolving
public final class ArchiveSink implements Destination {
  private static final long serialVersionUID = 1L;

  private final ArchiveDestination destination;

  private ArchiveSink(ArchiveDestination destination) {
    this.destination = destination;
  }

  /** What is to be made. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public String name() {
    return destination.name();
  }

  @Override
  public PartWriter openWriter() {
    return destination.openWriter();
  }

  @Override
  public Optional<Ledger> openLedger() {
    return destination.openLedger();
  }

  @Override
  public Sealer openSealer() {
    return destination.openSealer();
  }

  /** Makes a sink. For one thread. */
  public static final class Builder {
    /** Whole segments, compressed fast, in six uploads at one time. */
    private ObjectOptions objects =
        new ObjectOptions(
            Blocks.PER_SEGMENT,
            3,
            Runtime.getRuntime().availableProcessors(),
            6,
            "",
            "",
            "",
            Map.of());

    private S3Access access;
    private S3Location place;
    private String name;
    private ArchivedOrigin origin;
    private long bytes;
    private boolean replace;

    private Builder() {}

    /** How to reach S3, and who asks. Required. */
    public Builder access(S3Access s3) {
      access = s3;
      return this;
    }

    /**
     * Where archives are: {@code s3://bucket} or {@code s3://bucket/prefix}. Required.
     *
     * @throws FspException if it is neither
     */
    public Builder place(String uri) {
      place = S3Location.parse(uri);
      return this;
    }

    /** The archive's name. Required. */
    public Builder name(String archive) {
      name = archive;
      return this;
    }

    /**
     * What is archived. Required.
     *
     * @param what a snapshot or an image, for the manifest
     * @param length its length in bytes, at least 1
     */
    public Builder of(ArchivedOrigin what, long length) {
      origin = what;
      bytes = length;
      return this;
    }

    /** What its objects are like; by default of 32 MiB, zstd level 3. */
    public Builder objects(ObjectOptions options) {
      objects = options;
      return this;
    }

    /** Lets it take the place of an archive of something else. */
    public Builder replace() {
      replace = true;
      return this;
    }

    /**
     * Looks what is there. Nothing is written before the job.
     *
     * @throws FspException if something required is missing, or there is an archive of something
     *     else
     * @throws IOException for a fault that passes, but not soon enough
     */
    public ArchiveSink build() throws IOException, InterruptedException {
      if (access == null || place == null || name == null || origin == null || bytes < 1) {
        throw new FspException("A new archive needs access, place, name and what it is of.");
      }
      try (Archives archives = new Archives(access, place)) {
        Optional<Archive> old = archives.find(name);
        if (old.isPresent() && !replace && !isSameSnapshot(old.get())) {
          throw new FspException(
              "There is an archive "
                  + place.uri(name)
                  + " already, of "
                  + old.get().manifest().origin().id()
                  + "; give this one another name, or replace that one.");
        }
        return new ArchiveSink(
            new ArchiveDestination(
                access,
                place,
                name,
                objects,
                archives.hasObjects(name),
                bytes,
                Blocks.volumeGiBFor(bytes),
                origin,
                null));
      }
    }

    /** A snapshot archived again is the same archive; an image may have another content. */
    private boolean isSameSnapshot(Archive old) {
      return origin.kind().equals(ArchivedOrigin.SNAPSHOT)
          && old.manifest().origin().equals(origin);
    }
  }
}
