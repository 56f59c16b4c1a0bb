package org.snapshotproxy.connectors.ebs;

import java.util.EnumSet;
import java.util.Set;
import org.snapshotproxy.connectors.aws.Faults;
import software.amazon.awssdk.services.ebs.model.ResourceNotFoundException;
import software.amazon.awssdk.services.ebs.model.ResourceNotFoundExceptionReason;
import software.amazon.awssdk.services.ebs.model.ValidationException;
import software.amazon.awssdk.services.ebs.model.ValidationExceptionReason;

/** What only the EBS direct APIs' own refusals mean. */
final class EbsFaults {
  private static final Set<ValidationExceptionReason> DAMAGED =
      EnumSet.of(
          ValidationExceptionReason.INVALID_BLOCK,
          ValidationExceptionReason.INVALID_PARAMETER_VALUE,
          ValidationExceptionReason.UNKNOWN_TO_SDK_VERSION);

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

  /**
   * A put whose bytes may not be those of its checksum any more. The service's model names no
   * reason of its own for that, so whatever may be one counts.
   */
  static boolean mayBeDamaged(Throwable error) {
    return error instanceof ValidationException validation
        && (validation.reason() == null || DAMAGED.contains(validation.reason()));
  }

  /** Two snapshots that have no common lineage. */
  static boolean isUnrelated(Throwable error) {
    return isFor(error, ValidationExceptionReason.UNRELATED_SNAPSHOTS);
  }

  /** The snapshot, and not the key or whatever else it needs, does not exist. */
  static boolean isMissingSnapshot(Throwable error) {
    return Faults.isNotFound(error)
        && !(error instanceof ResourceNotFoundException missing
            && missing.reason() == ResourceNotFoundExceptionReason.DEPENDENCY_RESOURCE_NOT_FOUND);
  }

  private static boolean isFor(Throwable error, ValidationExceptionReason reason) {
    return error instanceof ValidationException validation && validation.reason() == reason;
  }
}
