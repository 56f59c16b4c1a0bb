package org.snapshotproxy.endpoint.store;

import java.util.Optional;

/**
 * What a snapshot was started as; it never changes. Texts that a snapshot does not have are empty.
 *
 * @param id {@code snap-} and hexadecimal digits
 * @param owner the account that pays for it
 * @param startMillis when it was started, milliseconds since 1970
 * @param volumeSizeGiB 1 to 65,536
 * @param lineage id of the oldest ancestor; snapshots of one lineage can be compared
 * @param timeoutMinutes 10 to 4,320; an unsealed snapshot left alone for longer goes to error
 * @param requestDigest stands for the parameters it was started with, for idempotency
 * @param synthetic the rule of a synthetic snapshot, or {@code null}; ask {@link #rule()}
 */
public record SnapshotSpec(
    String id,
    String region,
    String owner,
    String volumeId,
    long startMillis,
    int volumeSizeGiB,
    String description,
    String parentId,
    String lineage,
    boolean encrypted,
    String kmsKeyArn,
    String clientToken,
    String requestDigest,
    int timeoutMinutes,
    SyntheticSpec synthetic) {

  /** The rule of a synthetic snapshot. */
  public Optional<SyntheticSpec> rule() {
    return Optional.ofNullable(synthetic);
  }

  /** Number of blocks of the volume. */
  public int blocks() {
    return Geometry.blocksOf(volumeSizeGiB);
  }
}
