package org.snapshotproxy.endpoint.auth;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.snapshotproxy.endpoint.wire.Request;

/**
 * What a SigV4 Authorization header says.
 *
 * @param date {@code yyyyMMdd}
 * @param signedHeaders lower-case names, in order
 * @param signature hexadecimal
 */
record Scope(
    String accessKey,
    String date,
    String region,
    String service,
    List<String> signedHeaders,
    String signature) {
  private static final String ALGORITHM = "AWS4-HMAC-SHA256";

  /** Reads the header, if it is there. */
  static Optional<Scope> of(Request request) throws AuthFailure {
    Optional<String> header = request.header("authorization");
    if (header.isEmpty()) {
      return Optional.empty();
    }
    String text = header.get();
    String[] credential = part(text, "Credential").split("/");
    if (!text.startsWith(ALGORITHM) || credential.length < 5) {
      throw new AuthFailure(
          AuthFailure.Kind.INCOMPLETE, "Authorization header is not of the form " + ALGORITHM);
    }
    int last = credential.length;
    return Optional.of(
        new Scope(
            String.join("/", Arrays.copyOf(credential, last - 4)),
            credential[last - 4],
            credential[last - 3],
            credential[last - 2],
            List.of(part(text, "SignedHeaders").split(";")),
            part(text, "Signature")));
  }

  private static String part(String text, String name) {
    int at = text.indexOf(name + "=");
    if (at < 0) {
      return "";
    }
    int from = at + name.length() + 1;
    int end = text.indexOf(',', from);
    return text.substring(from, end < 0 ? text.length() : end).trim();
  }

  String scope() {
    return date + "/" + region + "/" + service + "/aws4_request";
  }
}
