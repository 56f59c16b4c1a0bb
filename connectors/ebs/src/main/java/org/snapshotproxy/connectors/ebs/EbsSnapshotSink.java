package org.snapshotproxy.connectors.ebs;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.annotation.PublicEvolving;
import org.snapshotproxy.connectors.aws.AwsAccess;
import org.snapshotproxy.connectors.base.Destination;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.base.PartWriter;
import org.snapshotproxy.connectors.base.Sealer;

/**
 * A new snapshot as the destination of a job of one's own.
 *
 * <p>Blocks are put at least once and with the same bytes, each with its digest, which the service
 * checks. The job completes the snapshot, with count and checksum, when all of the origin is
 * written and in a checkpoint. Immutable.
 */
@PublicEvolving
public final class EbsSnapshotSink implements Destination {
  private static final long serialVersionUID = 1L;

  private final EbsDestination destination;

  private EbsSnapshotSink(EbsDestination destination) {
    this.destination = destination;
  }

  /** What is to be made. */
  public static Builder builder() {
    return new Builder();
  }

  /** The new snapshot's id. */
  public String snapshotId() {
    return destination.snapshotId();
  }

  /**
   * Waits until the snapshot that a job has sealed can be used, blocking.
   *
   * @return false where the caller may not ask EC2, so that nobody can tell
   * @throws FspException if it ends in error, or not within {@code patience}
   */
  public boolean awaitCompleted(Duration patience) throws IOException, InterruptedException {
    try (Snapshots snapshots = new Snapshots(destination.access())) {
      return snapshots.awaitCompleted(snapshotId(), patience);
    }
  }

  /** Deletes the snapshot, for a job that failed and is not run again; gone already is fine. */
  public void delete() throws IOException, InterruptedException {
    try (Snapshots snapshots = new Snapshots(destination.access())) {
      snapshots.delete(snapshotId());
    }
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
  public Sealer openSealer() {
    return destination.openSealer();
  }

  /** Starts a snapshot. For one thread. */
  public static final class Builder {
    private AwsAccess access;
    private String runId;
    private int volumeGiB;
    private String description = "";
    private final Map<String, String> tags = new TreeMap<>();
    private String kmsKeyArn = "";
    private boolean encrypted;
    private String parentSnapshotId = "";

    private Builder() {}

    /** Where the snapshot is made, and who makes it. Required. */
    public Builder access(AwsAccess where) {
      access = where;
      return this;
    }

    /**
     * What tells this run from every other, 1 to 255 characters without space. Required: a driver
     * that is started again by a cluster has to find the snapshot that it started before, not to
     * start a second one.
     */
    public Builder runId(String id) {
      runId = id;
      return this;
    }

    /** Size of the volume, 1 to 65,536. Required. */
    public Builder volumeGiB(int size) {
      volumeGiB = size;
      return this;
    }

    /** Up to 255 characters. */
    public Builder description(String text) {
      description = text;
      return this;
    }

    /** One more tag, of up to 50. */
    public Builder tag(String key, String value) {
      tags.put(key, value);
      return this;
    }

    /** Encrypts it with the account's key for EBS; not with a parent. */
    public Builder encrypted() {
      encrypted = true;
      return this;
    }

    /** Encrypts it with this key; not with a parent. */
    public Builder kmsKeyArn(String arn) {
      kmsKeyArn = arn;
      return this;
    }

    /** A snapshot whose blocks it has wherever it is not written. */
    public Builder parentSnapshotId(String id) {
      parentSnapshotId = id;
      return this;
    }

    /**
     * Starts the snapshot, or finds the one that the same run started before.
     *
     * @throws FspException if something required is missing or out of range, or it may not be
     *     started
     * @throws IOException for a fault that passes, but not soon enough
     */
    public EbsSnapshotSink build() throws IOException, InterruptedException {
      if (access == null || runId == null || !runId.matches("\\S{1,255}")) {
        throw new FspException(
            "A new snapshot needs access and a runId of 1 to 255 characters without space.");
      }
      SnapshotSpec spec =
          new SnapshotSpec(
              volumeGiB, description, tags, kmsKeyArn, encrypted, parentSnapshotId, runId);
      try (Snapshots snapshots = new Snapshots(access)) {
        return new EbsSnapshotSink(new EbsDestination(access, snapshots.start(spec)));
      }
    }
  }
}
