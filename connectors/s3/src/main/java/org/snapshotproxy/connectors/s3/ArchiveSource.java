package org.snapshotproxy.connectors.s3;

import java.io.IOException;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.connector.source.Source;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.base.Origin;
import org.snapshotproxy.connectors.base.PartReader;
import org.snapshotproxy.connectors.base.SegmentDescriptor;

/**
 * An archive as the origin of a job of one's own.
 *
 * <p>Exactly once: a checkpoint holds how far each range of the index is listed, and descriptors in
 * flight; never bytes. Every object is checked against its name, every block against the digest in
 * the index. Immutable.
 */
@PublicEvolving
public final class ArchiveSource implements Origin {
  private static final long serialVersionUID = 1L;

  private final ArchiveOrigin origin;

  private ArchiveSource(ArchiveOrigin origin) {
    this.origin = origin;
  }

  /** What is to be read. */
  public static Builder builder() {
    return new Builder();
  }

  /** Length of what was archived, in bytes. */
  public long bytes() {
    return origin.archive().manifest().bytes();
  }

  /** Size of a volume for it in GiB, 1 to 65,536. */
  public int volumeGiB() {
    return origin.archive().manifest().volumeGib();
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
    private S3Access access;
    private S3Location place;
    private String name;
    private boolean onlyListed;
    private int listConcurrency = 4;

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
     * Leaves alone what the archive does not hold, instead of clearing it: for a destination that
     * reads as zeros wherever it is not written, such as a new file, snapshot or archive. Without
     * this the destination may hold anything before.
     */
    public Builder onlyListed() {
      onlyListed = true;
      return this;
    }

    /** Ranges of the index that each source subtask reads at one time, at least 1; default 4. */
    public Builder listConcurrency(int ranges) {
      listConcurrency = ranges;
      return this;
    }

    /**
     * Reads the archive's manifest.
     *
     * @throws FspException if something required is missing, or there is no such archive, or it
     *     cannot be trusted
     * @throws IOException for a fault that passes, but not soon enough
     */
    public ArchiveSource build() throws IOException, InterruptedException {
      if (access == null || place == null || name == null) {
        throw new FspException("A source of an archive needs access, place and name.");
      }
      try (Archives archives = new Archives(access, place)) {
        Archive archive =
            archives
                .find(name)
                .orElseThrow(
                    () ->
                        new FspException(
                            "There is no archive "
                                + place.uri(name)
                                + "; check the name, the bucket and the prefix."));
        return new ArchiveSource(new ArchiveOrigin(archive, !onlyListed, listConcurrency));
      }
    }
  }
}
