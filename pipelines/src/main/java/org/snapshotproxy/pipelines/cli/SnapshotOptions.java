package org.snapshotproxy.pipelines.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** What a new snapshot is like. */
final class SnapshotOptions {
  @Option(
      names = "--description",
      paramLabel = "TEXT",
      description = "Description of the new snapshot, up to 255 characters.")
  private String description;

  @Option(
      names = "--tag",
      paramLabel = "KEY=VALUE",
      description = "Tag of the new snapshot. Repeatable.")
  private Map<String, String> tags = new LinkedHashMap<>();

  @Option(
      names = "--encrypted",
      description = "Encrypt the new snapshot with the account's default key.")
  private boolean encrypted;

  @Option(
      names = "--kms-key-id",
      paramLabel = "ARN",
      description = "Encrypt the new snapshot with this key.")
  private String kmsKeyId;

  @Option(
      names = "--volume-size",
      paramLabel = "GIB",
      description = "Volume size of the new snapshot. Default: the origin's, rounded up to a GiB.")
  private Integer volumeSize;

  @Option(
      names = "--wait",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description =
          "Wait until the new snapshot is completed. On by default; --no-wait only seals it.")
  private boolean wait;

  String description(String otherwise) {
    return description == null ? otherwise : description;
  }

  Map<String, String> tags() {
    return tags;
  }

  boolean encrypted() {
    return encrypted;
  }

  String kmsKeyId() {
    return kmsKeyId == null ? "" : kmsKeyId;
  }

  boolean await() {
    return wait;
  }

  /** The volume's size; never smaller than its content. */
  int volumeGiB(int needed, String origin) {
    if (volumeSize == null) {
      return needed;
    }
    if (volumeSize < needed) {
      throw new UsageException(
          "--volume-size is " + volumeSize + " GiB, but " + origin + " needs " + needed + " GiB.");
    }
    return volumeSize;
  }
}
