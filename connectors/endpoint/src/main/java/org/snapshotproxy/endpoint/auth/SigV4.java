package org.snapshotproxy.endpoint.auth;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.snapshotproxy.endpoint.store.Sha256;
import org.snapshotproxy.endpoint.wire.Request;

/** The arithmetic of AWS Signature Version 4. */
final class SigV4 {
  private static final String UNRESERVED =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~";

  private SigV4() {}

  /** The signature, in hexadecimal, that a request has to carry. */
  static String signature(Request request, Scope scope, String secret, String payloadHash) {
    String canonical = canonicalRequest(request, scope, payloadHash);
    String toSign =
        "AWS4-HMAC-SHA256\n"
            + date(request)
            + "\n"
            + scope.scope()
            + "\n"
            + hex(Sha256.of(canonical.getBytes(StandardCharsets.UTF_8)));
    byte[] key = ("AWS4" + secret).getBytes(StandardCharsets.UTF_8);
    for (String step : List.of(scope.date(), scope.region(), scope.service(), "aws4_request")) {
      key = hmac(key, step);
    }
    return hex(hmac(key, toSign));
  }

  /** The request's date, {@code yyyyMMdd'T'HHmmss'Z'}, or an empty text. */
  static String date(Request request) {
    return request.header("x-amz-date").orElse("");
  }

  private static String canonicalRequest(Request request, Scope scope, String payloadHash) {
    StringBuilder text = new StringBuilder();
    text.append(request.method()).append('\n');
    text.append(path(request, scope)).append('\n');
    text.append(query(request.rawQuery())).append('\n');
    for (String name : scope.signedHeaders()) {
      List<String> values = new ArrayList<>();
      for (String value : request.headers().getAll(name)) {
        values.add(value.trim().replaceAll(" +", " "));
      }
      text.append(name).append(':').append(String.join(",", values)).append('\n');
    }
    text.append('\n').append(String.join(";", scope.signedHeaders())).append('\n');
    return text.append(payloadHash).toString();
  }

  /** S3 signs the path as sent, every other service encodes it once more. */
  private static String path(Request request, Scope scope) {
    String path = request.rawPath().isEmpty() ? "/" : request.rawPath();
    return scope.service().equals("s3") ? path : encode(path, true);
  }

  private static String query(String raw) {
    if (raw.isEmpty()) {
      return "";
    }
    List<String> pairs = new ArrayList<>();
    for (String pair : raw.split("&")) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      String value = equals < 0 ? "" : pair.substring(equals + 1);
      pairs.add(recode(name) + "=" + recode(value));
    }
    Collections.sort(pairs);
    return String.join("&", pairs);
  }

  private static String recode(String encoded) {
    return encode(QueryStringDecoder.decodeComponent(encoded.replace("+", "%2B")), false);
  }

  private static String encode(String text, boolean keepSlash) {
    StringBuilder out = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      if (UNRESERVED.indexOf(c) >= 0 || keepSlash && c == '/') {
        out.append(c);
      } else {
        out.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
      }
    }
    return out.toString();
  }

  static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JVM has HmacSHA256", e);
    }
  }

  static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
