package org.snapshotproxy.endpoint.service;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;
import org.snapshotproxy.endpoint.wire.Request;

/**
 * The {@code aws-chunked} content coding: {@code HEX[;chunk-signature=…]CRLF data CRLF}, a chunk of
 * zero, then trailers. Chunk signatures are not checked; checksums in trailers are.
 */
final class AwsChunked {
  private static final int MAX_LINE = 4096;
  private static final String CHECKSUM = "x-amz-checksum-";

  private AwsChunked() {}

  static boolean applies(Request request) {
    return request.header("content-encoding").orElse("").contains("aws-chunked")
        || request.header("x-amz-content-sha256").orElse("").startsWith("STREAMING-");
  }

  /** The request with its body decoded, in a buffer that the caller releases. */
  static Request decode(Request request) throws ServiceError {
    ByteBuf in = request.body().slice();
    ByteBuf out = request.body().alloc().directBuffer(Math.max(1, in.readableBytes()));
    try {
      for (int size = chunkSize(in); size > 0; size = chunkSize(in)) {
        if (in.readableBytes() < size) {
          throw malformed("a chunk ends early");
        }
        out.writeBytes(in, size);
        line(in);
      }
      checkTrailers(in, out);
      return new Request(request.method(), request.uri(), request.headers(), out, request.local());
    } catch (ServiceError e) {
      out.release();
      throw e;
    }
  }

  private static int chunkSize(ByteBuf in) throws ServiceError {
    String line = line(in);
    int end = line.indexOf(';');
    try {
      return Integer.parseInt(end < 0 ? line : line.substring(0, end), 16);
    } catch (NumberFormatException e) {
      throw malformed("'" + line + "' is no chunk size");
    }
  }

  private static String line(ByteBuf in) throws ServiceError {
    int length = in.bytesBefore(Math.min(in.readableBytes(), MAX_LINE), (byte) '\n');
    if (length < 0) {
      throw malformed("a line does not end");
    }
    String line = in.readCharSequence(length, StandardCharsets.US_ASCII).toString();
    in.skipBytes(1);
    return line.endsWith("\r") ? line.substring(0, length - 1) : line;
  }

  private static ServiceError malformed(String what) {
    return ServiceError.validation(
        "INVALID_CONTENT_ENCODING", "The aws-chunked body is malformed: " + what + ".");
  }

  private static void checkTrailers(ByteBuf in, ByteBuf data) throws ServiceError {
    Map<String, String> trailers = new TreeMap<>();
    while (in.isReadable()) {
      String line = line(in);
      int colon = line.indexOf(':');
      if (colon > 0) {
        trailers.put(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).trim());
      }
    }
    for (Map.Entry<String, String> trailer : trailers.entrySet()) {
      if (trailer.getKey().startsWith(CHECKSUM)) {
        String wanted = sum(trailer.getKey().substring(CHECKSUM.length()), data);
        if (!wanted.isEmpty() && !wanted.equals(trailer.getValue())) {
          throw ServiceError.validation(
              "INVALID_BLOCK", "The trailer " + trailer.getKey() + " is not that of the data.");
        }
      }
    }
  }

  /** The checksum of the data, or an empty text for an algorithm that this JVM does not have. */
  private static String sum(String algorithm, ByteBuf data) {
    byte[] bytes = ByteBufUtil.getBytes(data);
    try {
      byte[] sum =
          switch (algorithm) {
            case "crc32" -> crc(new CRC32(), bytes);
            case "crc32c" -> crc(new CRC32C(), bytes);
            case "sha1" -> MessageDigest.getInstance("SHA-1").digest(bytes);
            case "sha256" -> MessageDigest.getInstance("SHA-256").digest(bytes);
            default -> new byte[0];
          };
      return Base64.getEncoder().encodeToString(sum);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has " + algorithm, e);
    }
  }

  private static byte[] crc(Checksum checksum, byte[] bytes) {
    checksum.update(bytes);
    return ByteBuffer.allocate(4).putInt((int) checksum.getValue()).array();
  }
}
