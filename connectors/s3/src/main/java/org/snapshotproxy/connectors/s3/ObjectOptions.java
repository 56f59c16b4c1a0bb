package org.snapshotproxy.connectors.s3;

import java.io.Serializable;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.flink.annotation.PublicEvolving;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.FspException;

/**
 * What the objects of an archive are like.
 *
 * @param blocks most blocks in an object: a power of two, 1 to 64
 * @param level zstd level, 1 (fastest) to 22
 * @param threads compressions at one time in one task manager, at least 1
 * @param uploads objects on their way at one time in one task manager, at least 1; each holds up to
 *     its own size in memory beside the memory budget
 * @param storageClass S3 storage class of the data, or empty for the bucket's default
 * @param encryption {@code AES256}, {@code aws:kms}, {@code aws:kms:dsse}, or empty for the
 *     bucket's default
 * @param kmsKeyId the key, or empty for the account's default
 * @param tags of every object, at most 10
 */
@PublicEvolving
public record ObjectOptions(
    int blocks,
    int level,
    int threads,
    int uploads,
    String storageClass,
    String encryption,
    String kmsKeyId,
    Map<String, String> tags)
    implements Serializable {
  private static final Set<String> ENCRYPTIONS = Set.of("", "AES256", "aws:kms", "aws:kms:dsse");

  public ObjectOptions {
    require(
        Integer.bitCount(blocks) == 1 && blocks <= Blocks.PER_SEGMENT,
        "An object holds 1, 2, 4, 8, 16, 32 or 64 blocks, not " + blocks + ".");
    require(level >= 1 && level <= 22, "A zstd level is 1 to 22, not " + level + ".");
    require(
        threads >= 1 && threads <= 1024, "Compressing threads are 1 to 1024, not " + threads + ".");
    require(
        uploads >= 1 && uploads <= 1024, "Uploads at one time are 1 to 1024, not " + uploads + ".");
    require(
        ENCRYPTIONS.contains(encryption),
        "'"
            + encryption
            + "' is not a server-side encryption; there are AES256, aws:kms and aws:kms:dsse.");
    require(
        kmsKeyId.isEmpty() || encryption.startsWith("aws:kms"),
        "A KMS key is for the encryption aws:kms or aws:kms:dsse.");
    require(tags.size() <= 10, "An object has at most 10 tags, not " + tags.size() + ".");
    tags = new TreeMap<>(tags);
  }

  private static void require(boolean holds, String sentence) {
    if (!holds) {
      throw new FspException(sentence);
    }
  }
}
