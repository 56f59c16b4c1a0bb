package org.snapshotproxy.endpoint.wire;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A whole request. Valid until the handler returns; the connection releases the body.
 *
 * @param method upper case
 * @param uri path and query as they came
 * @param body the decoded bytes; its indexes are not to be moved
 * @param local whether the client is on this machine
 */
public record Request(String method, String uri, HttpHeaders headers, ByteBuf body, boolean local) {

  /** The path, still percent-encoded. */
  public String rawPath() {
    return new QueryStringDecoder(uri).rawPath();
  }

  /** The query, still percent-encoded, without the question mark. */
  public String rawQuery() {
    return new QueryStringDecoder(uri).rawQuery();
  }

  /** The segments of the path, percent-decoded, without empty ones. */
  public List<String> segments() {
    return List.of(rawPath().split("/")).stream()
        .filter(s -> !s.isEmpty())
        .map(s -> QueryStringDecoder.decodeComponent(s.replace("+", "%2B")))
        .toList();
  }

  /** The parameters of the query. */
  public Map<String, List<String>> query() {
    return new QueryStringDecoder(uri).parameters();
  }

  /** The first value of a header. */
  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name));
  }

  /** The body as UTF-8. */
  public String text() {
    return body.toString(StandardCharsets.UTF_8);
  }
}
