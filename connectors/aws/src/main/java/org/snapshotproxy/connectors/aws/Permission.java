package org.snapshotproxy.connectors.aws;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/** The permission that a denied request lacked, as a policy spells it. */
final class Permission {
  /** What IAM's own message of a denial names. */
  private static final Pattern TOLD =
      Pattern.compile("not authorized to perform: ([a-z0-9-]+:[A-Za-z0-9]+)");

  private static final Pattern OPERATION = Pattern.compile("(?:[a-z0-9]+:)?([A-Z][A-Za-z0-9]+)\\b");

  /** Operations that policies know by another name. */
  private static final Map<String, String> OTHER_NAMES =
      Map.of("s3:HeadObject", "s3:GetObject", "s3:ListObjectsV2", "s3:ListBucket");

  private Permission() {}

  /**
   * The permission, as far as the answer or the request tells.
   *
   * @param what the operation and its object, as the subject of a sentence
   */
  static Optional<String> missing(String what, AwsServiceException error) {
    Matcher told = TOLD.matcher(Faults.detail(error));
    if (told.find()) {
      return Optional.of(told.group(1));
    }
    String service = error.awsErrorDetails() == null ? null : error.awsErrorDetails().serviceName();
    String operation = operation(what);
    if (service == null || operation.isEmpty()) {
      return Optional.empty();
    }
    String permission = service.toLowerCase(Locale.ROOT) + ":" + operation;
    return Optional.of(OTHER_NAMES.getOrDefault(permission, permission));
  }

  /** The operation that such a subject begins with, or nothing. */
  static String operation(String what) {
    Matcher operation = OPERATION.matcher(what);
    return operation.lookingAt() ? operation.group(1) : "";
  }
}
