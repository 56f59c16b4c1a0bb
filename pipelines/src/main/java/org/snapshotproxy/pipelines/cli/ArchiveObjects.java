package org.snapshotproxy.pipelines.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.snapshotproxy.connectors.s3.ObjectOptions;
import org.snapshotproxy.pipelines.job.ArchiveConfig;
import picocli.CommandLine.Option;

/** What the objects of a new archive are like. */
final class ArchiveObjects {
  @Option(
      names = "--object-blocks",
      paramLabel = "N",
      defaultValue = "64",
      description =
          "Most blocks of 512 KiB in an object: 1, 2, 4 ... 64. Default: ${DEFAULT-VALUE} (32 MiB).")
  private int blocks;

  @Option(
      names = "--zstd-level",
      paramLabel = "N",
      description = "zstd level, 1 (fastest) to 22. Default: 3.")
  private Integer level;

  @Option(
      names = "--zstd-threads",
      paramLabel = "N",
      description = "Objects compressed at one time. Default: the processors here.")
  private Integer threads;

  @Option(
      names = "--storage-class",
      paramLabel = "CLASS",
      defaultValue = "",
      description = {
        "S3 storage class of the data, such as STANDARD_IA or DEEP_ARCHIVE; any that S3 knows.",
        "Default: the bucket's. The index and the manifest always have the bucket's."
      })
  private String storageClass;

  @Option(
      names = "--sse",
      paramLabel = "KIND",
      defaultValue = "",
      description =
          "Server-side encryption: AES256, aws:kms or aws:kms:dsse. Default: the bucket's.")
  private String encryption;

  @Option(
      names = "--sse-kms-key-id",
      paramLabel = "KEY",
      defaultValue = "",
      description = "Key for aws:kms. Default: the account's key for S3.")
  private String kmsKeyId;

  @Option(
      names = "--tag",
      paramLabel = "KEY=VALUE",
      description = "Tag of every object. Repeatable, up to 10.")
  private Map<String, String> tags = new LinkedHashMap<>();

  boolean isTagged() {
    return !tags.isEmpty();
  }

  ObjectOptions options(Configuration config) {
    return new ObjectOptions(
        blocks,
        level == null ? config.get(ArchiveConfig.LEVEL) : level,
        threads == null
            ? config
                .getOptional(ArchiveConfig.THREADS)
                .orElseGet(() -> Runtime.getRuntime().availableProcessors())
            : threads,
        config.get(ArchiveConfig.UPLOADS),
        storageClass,
        encryption.isEmpty() && !kmsKeyId.isEmpty() ? "aws:kms" : encryption,
        kmsKeyId,
        tags);
  }
}
