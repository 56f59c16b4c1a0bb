package org.snapshotproxy.endpoint.store;

import java.util.Map;
import java.util.Set;

/**
 * What can change of a snapshot besides its blocks.
 *
 * @param completesMillis when it is completed, milliseconds since 1970; {@code 0} until
 *     CompleteSnapshot was accepted
 * @param changedBlocks distinct blocks written, known once sealed
 * @param linearChecksum Base64, known once sealed
 * @param deleted gone for its owner, kept while a child needs its blocks
 * @param sharedWith accounts that may read it besides its owner
 */
public record SnapshotState(
    Map<String, String> tags,
    long completesMillis,
    long changedBlocks,
    String linearChecksum,
    boolean deleted,
    Set<String> sharedWith) {

  /** A pending snapshot. */
  public static SnapshotState pending(Map<String, String> tags) {
    return new SnapshotState(tags, 0, 0, "", false, Set.of());
  }

  /** Whether CompleteSnapshot was accepted. */
  public boolean sealed() {
    return completesMillis != 0;
  }

  SnapshotState seal(long completes, long changed, String checksum) {
    return new SnapshotState(tags, completes, changed, checksum, deleted, sharedWith);
  }

  SnapshotState withTags(Map<String, String> newTags) {
    return new SnapshotState(
        newTags, completesMillis, changedBlocks, linearChecksum, deleted, sharedWith);
  }

  SnapshotState withSharedWith(Set<String> accounts) {
    return new SnapshotState(
        tags, completesMillis, changedBlocks, linearChecksum, deleted, accounts);
  }

  SnapshotState delete() {
    return new SnapshotState(
        tags, completesMillis, changedBlocks, linearChecksum, true, sharedWith);
  }
}
