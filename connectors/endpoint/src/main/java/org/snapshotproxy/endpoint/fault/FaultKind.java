package org.snapshotproxy.endpoint.fault;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** The ways to fail. On the wire and in specs a kind is spelled in lower case with hyphens. */
public enum FaultKind {
  /** The account's limit: {@code ThrottlingException}. */
  THROTTLE,
  /** The snapshot's limit: {@code RequestThrottledException} with a reason. */
  SNAPSHOT_THROTTLE,
  /** {@code InternalServerException}, HTTP 500 or another 5xx. */
  SERVER_ERROR,
  /** {@code AccessDeniedException}, or what the protocol calls it. */
  ACCESS_DENIED,
  /** A quota that is not one of rate is used up: {@code ServiceQuotaExceededException}. */
  QUOTA_EXCEEDED,
  /** The KMS key cannot be used: {@code ValidationException}. */
  INVALID_KEY,
  /** The snapshot does not exist, though it does. */
  NOT_FOUND,
  /** The page token has expired. */
  EXPIRED_PAGE_TOKEN,
  /** The block token has expired. */
  EXPIRED_BLOCK_TOKEN,
  /** The request is accepted and never answered. */
  STALL,
  /** The connection is reset instead of an answer. */
  RESET,
  /** The connection is reset half-way through the answer's body. */
  RESET_IN_BODY,
  /** The connection is closed in order half-way through the answer's body. */
  TRUNCATE,
  /** The answer is late. */
  LATENCY,
  /** One bit of the answer's body is another one. */
  CORRUPT,
  /** The checksum in the answer is that of something else. */
  WRONG_CHECKSUM,
  /** A list's page has fewer entries than there are. */
  SHORT_PAGE,
  /** A list's page has no entry but a next token. */
  EMPTY_PAGE;

  private static final Set<String> LISTS = Set.of("ListSnapshotBlocks", "ListChangedBlocks");
  private static final Set<String> EBS =
      Set.of(
          "ListSnapshotBlocks",
          "ListChangedBlocks",
          "GetSnapshotBlock",
          "PutSnapshotBlock",
          "StartSnapshot",
          "CompleteSnapshot");
  private static final Set<String> BLOCKS = Set.of("GetSnapshotBlock", "PutSnapshotBlock");

  /** Reads a kind as specs spell it. */
  static FaultKind parse(String text) {
    return Arrays.stream(values())
        .filter(kind -> kind.spelled().equals(text))
        .findAny()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no fault '"
                        + text
                        + "'; there are "
                        + Arrays.stream(values())
                            .map(FaultKind::spelled)
                            .collect(Collectors.joining(", "))));
  }

  /** The kind as specs spell it. */
  public String spelled() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether a request can fail in this way at all. */
  boolean fits(FaultContext context) {
    return switch (this) {
      case EXPIRED_PAGE_TOKEN -> context.hasPageToken();
      case EXPIRED_BLOCK_TOKEN, CORRUPT -> context.operation().equals("GetSnapshotBlock");
      case WRONG_CHECKSUM -> BLOCKS.contains(context.operation());
      case SHORT_PAGE, EMPTY_PAGE -> LISTS.contains(context.operation());
      case QUOTA_EXCEEDED, INVALID_KEY -> EBS.contains(context.operation());
      case NOT_FOUND -> !context.snapshotId().isEmpty();
      case RESET_IN_BODY, TRUNCATE -> !context.operation().equals("PutSnapshotBlock");
      default -> true;
    };
  }
}
