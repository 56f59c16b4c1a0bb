package org.snapshotproxy.pipelines.cli;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A line of the list of a fanout: a region, and perhaps how it differs from the other regions, such
 * as {@code eu-west-1,profile=backup,encrypted}.
 *
 * @param text the line
 * @param region its first word
 * @param options what stands behind the region, by name
 */
record DestinationLine(String text, String region, Map<String, String> options) {
  private static final Set<String> NAMES = Set.of("profile", "endpoint", "kms-key-id", "role-arn");
  private static final String ENCRYPTED = "encrypted";

  static DestinationLine parse(String text) {
    String[] words = text.split(",", -1);
    Map<String, String> options = new HashMap<>();
    for (String word : List.of(words).subList(1, words.length)) {
      String[] option = word.strip().split("=", 2);
      boolean known =
          option.length == 1
              ? option[0].equals(ENCRYPTED)
              : NAMES.contains(option[0]) && !option[1].isBlank();
      if (!known) {
        throw new UsageException(
            "'"
                + word
                + "' in the line '"
                + text
                + "' is none of profile=NAME, endpoint=URL, kms-key-id=ARN, role-arn=ARN, encrypted.");
      }
      if (options.put(option[0], option[option.length - 1]) != null) {
        throw new UsageException("The line '" + text + "' has " + option[0] + " twice.");
      }
    }
    return new DestinationLine(text, words[0].strip(), Map.copyOf(options));
  }

  /** Whether it asks for the same as another line, however it is written. */
  boolean isSame(DestinationLine other) {
    return region.equals(other.region) && options.equals(other.options);
  }

  /** Or null. */
  String profile() {
    return options.get("profile");
  }

  /** Or null. */
  String endpointUrl() {
    return options.get("endpoint");
  }

  /** The role to assume: that of the whole run only with the profile of the whole run. */
  String roleArn(String runs) {
    return options.getOrDefault("role-arn", profile() == null ? runs : null);
  }

  String kmsKeyId(String runs) {
    return options.getOrDefault("kms-key-id", runs);
  }

  boolean encrypted() {
    return options.containsKey(ENCRYPTED);
  }
}
