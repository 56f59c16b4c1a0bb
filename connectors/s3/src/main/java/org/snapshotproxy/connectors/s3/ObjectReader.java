package org.snapshotproxy.connectors.s3;

import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.base.PartReader;
import org.snapshotproxy.connectors.base.RequestMetrics;
import org.snapshotproxy.connectors.base.SegmentDescriptor;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * Reads the blocks of a segment an object at a time; a block's token names its object. Thread-safe.
 */
abstract class ObjectReader implements PartReader {
  private final S3Location place;
  private volatile S3Store store;

  ObjectReader(S3Access access, S3Location place) {
    this.place = place;
    this.store = S3Store.open(access);
  }

  @Override
  public final void measure(RequestMetrics requests) {
    store = store.countedIn(requests);
  }

  /** The key of the object that a token names, relative to the place. */
  abstract String key(String token);

  /**
   * Reads and checks an object.
   *
   * @param part the blocks of it that are wanted
   * @return the digests that it declares for them
   * @throws DamagedObject if it is not what it has to be
   */
  abstract byte[][] read(
      String token, long part, InputStream body, GetObjectResponse response, byte[][] into)
      throws IOException;

  @Override
  public final long[] parts(SegmentDescriptor descriptor) {
    int[] indexes = descriptor.moveIndexes();
    Map<String, Long> parts = new LinkedHashMap<>();
    for (int i = 0; i < indexes.length; i++) {
      parts.merge(descriptor.tokens().get(i), Blocks.bit(indexes[i]), (a, b) -> a | b);
    }
    return parts.values().stream().mapToLong(Long::longValue).toArray();
  }

  @Override
  public final String place(SegmentDescriptor descriptor, long part) {
    return place.uri(key(token(descriptor, part)));
  }

  private static String token(SegmentDescriptor descriptor, long part) {
    long before = descriptor.move() & (Long.lowestOneBit(part) - 1);
    return descriptor.tokens().get(Long.bitCount(before));
  }

  @Override
  public final byte[][] read(SegmentDescriptor descriptor, long part, byte[][] into)
      throws IOException, InterruptedException {
    String token = token(descriptor, part);
    String uri = place.uri(key(token));
    try {
      return store
          .get(place, key(token), (body, response) -> read(token, part, body, response, into))
          .orElseThrow(
              () ->
                  new FspException(
                      uri
                          + " is missing; the archive cannot be restored without it. Bring it back from a version or a copy of the bucket."));
    } catch (DamagedObject e) {
      throw new FspException(
          uri + " " + e.getMessage() + "; nothing of it was used. The archive is damaged there.",
          e);
    }
  }

  static void checkLength(GetObjectResponse response, long longest) throws DamagedObject {
    Long length = response.contentLength();
    if (length != null && length > longest) {
      throw new DamagedObject("has " + length + " bytes, more than its blocks can come to");
    }
  }

  @Override
  public final void close() {
    store.close();
  }
}
