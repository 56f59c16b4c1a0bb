package org.snapshotproxy.connectors.s3;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.zip.CRC32C;
import software.amazon.awssdk.core.sync.RequestBody;

/**
 * The bytes of one object, in pieces, so that no object needs one large array. Written by one
 * thread, then read by any.
 */
final class Chunks {
  private static final int SIZE = 256 << 10;

  private final List<ByteBuffer> full = new ArrayList<>();
  private final CRC32C crc = new CRC32C();
  private ByteBuffer last = ByteBuffer.allocate(SIZE);
  private long length;

  /** Adds all that remains of a buffer. */
  void add(ByteBuffer bytes) {
    length += bytes.remaining();
    crc.update(bytes.duplicate());
    while (bytes.hasRemaining()) {
      if (!last.hasRemaining()) {
        full.add(last.flip());
        last = ByteBuffer.allocate(SIZE);
      }
      int part = Math.min(last.remaining(), bytes.remaining());
      last.put(bytes.slice(bytes.position(), part));
      bytes.position(bytes.position() + part);
    }
  }

  long length() {
    return length;
  }

  /** The CRC-32C as S3 writes it. */
  String crc32c() {
    return Base64.getEncoder()
        .encodeToString(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
  }

  /**
   * The bytes as the body of a request, for any number of attempts.
   *
   * @param type their media type
   */
  RequestBody body(String type) {
    return RequestBody.fromContentProvider(this::stream, length, type);
  }

  private InputStream stream() {
    List<InputStream> streams = new ArrayList<>();
    for (ByteBuffer chunk : full) {
      streams.add(new ByteArrayInputStream(chunk.array(), 0, chunk.limit()));
    }
    streams.add(new ByteArrayInputStream(last.array(), 0, last.position()));
    return new SequenceInputStream(Collections.enumeration(streams));
  }
}
