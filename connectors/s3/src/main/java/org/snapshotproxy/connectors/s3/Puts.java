package org.snapshotproxy.connectors.s3;

import java.util.List;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.Tag;
import software.amazon.awssdk.services.s3.model.Tagging;

/** The requests that put objects. */
final class Puts {
  /** The media type of data and indexes. */
  static final String ZSTD = "application/zstd";

  private Puts() {}

  /** Data: in the storage class that was asked for. */
  static PutObjectRequest.Builder data(ObjectOptions options, Chunks bytes) {
    PutObjectRequest.Builder request = put(options, bytes);
    if (!options.storageClass().isEmpty()) {
      request.storageClass(options.storageClass());
    }
    return request;
  }

  /**
   * Manifests and indexes: in the bucket's default class, so that an archive can be looked at, and
   * another built on it, while its data is in cold storage.
   */
  static PutObjectRequest.Builder index(ObjectOptions options, Chunks bytes) {
    return put(options, bytes);
  }

  private static PutObjectRequest.Builder put(ObjectOptions options, Chunks bytes) {
    PutObjectRequest.Builder request =
        PutObjectRequest.builder()
            .contentLength(bytes.length())
            // The service checks it on the wire, and keeps it.
            .checksumCRC32C(bytes.crc32c());
    if (!options.encryption().isEmpty()) {
      request.serverSideEncryption(options.encryption());
    }
    if (!options.kmsKeyId().isEmpty()) {
      request.ssekmsKeyId(options.kmsKeyId());
    }
    if (!options.tags().isEmpty()) {
      List<Tag> tags =
          options.tags().entrySet().stream()
              .map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
              .toList();
      request.tagging(Tagging.builder().tagSet(tags).build());
    }
    return request;
  }
}
