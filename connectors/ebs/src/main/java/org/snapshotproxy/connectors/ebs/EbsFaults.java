package org.snapshotproxy.connectors.ebs;

import software.amazon.awssdk.services.ebs.model.ValidationException;
import software.amazon.awssdk.services.ebs.model.ValidationExceptionReason;

/** What only the EBS direct APIs' own refusals mean. */
final class EbsFaults {
  private EbsFaults() {}

  /** A put that overtook an earlier, timed-out put of the same block; the next try settles it. */
  static boolean isConflictingUpdate(Throwable error) {
    return isFor(error, ValidationExceptionReason.CONFLICTING_BLOCK_UPDATE);
  }

  static boolean isInvalidBlockToken(Throwable error) {
    return isFor(error, ValidationExceptionReason.INVALID_BLOCK_TOKEN);
  }

  static boolean isInvalidPageToken(Throwable error) {
    return isFor(error, ValidationExceptionReason.INVALID_PAGE_TOKEN);
  }

  /** Two snapshots that have no common lineage. */
  static boolean isUnrelated(Throwable error) {
    return isFor(error, ValidationExceptionReason.UNRELATED_SNAPSHOTS);
  }

  private static boolean isFor(Throwable error, ValidationExceptionReason reason) {
    return error instanceof ValidationException validation && validation.reason() == reason;
  }
}
