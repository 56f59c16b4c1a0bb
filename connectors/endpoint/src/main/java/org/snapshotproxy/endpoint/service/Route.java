package org.snapshotproxy.endpoint.service;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.List;
import java.util.Map;
import org.snapshotproxy.endpoint.wire.Request;

/**
 * Which operation a request asks for.
 *
 * @param protocol the shape of its answers
 * @param operation its name as in the service's model
 * @param snapshotId from the path, or empty
 * @param block the block index as it stands in the path, or empty
 * @param parameters of the query or the form
 */
public record Route(
    Protocol protocol,
    String operation,
    String snapshotId,
    String block,
    Map<String, List<String>> parameters) {

  /** How answers and errors look. */
  public enum Protocol {
    /** JSON with the error's type in a header. */
    EBS,
    /** XML of EC2. */
    EC2,
    /** XML of the query protocol. */
    STS,
    /** XML of S3. */
    S3
  }

  private static final String UNKNOWN = "Unknown";

  static Route of(Request request) {
    List<String> path = request.segments();
    if (!path.isEmpty() && path.get(0).equals("snapshots")) {
      return ebs(request, path);
    }
    if (path.isEmpty()
        && (request.method().equals("POST") || request.query().containsKey("Action"))) {
      return query(request);
    }
    boolean buckets = path.isEmpty() && request.method().equals("GET");
    return new Route(Protocol.S3, buckets ? "ListBuckets" : UNKNOWN, "", "", request.query());
  }

  private static Route ebs(Request request, List<String> path) {
    String shape = request.method() + " " + path.size();
    String id = path.size() > 1 ? path.get(1) : "";
    String third = path.size() > 2 ? path.get(2) : "";
    return switch (shape) {
      case "POST 1" -> ebs("StartSnapshot", "", "", request);
      case "POST 3" ->
          ebs(id.equals("completion") ? "CompleteSnapshot" : UNKNOWN, third, "", request);
      case "GET 3" -> ebs(listing(third), id, "", request);
      case "GET 4" ->
          ebs(third.equals("blocks") ? "GetSnapshotBlock" : UNKNOWN, id, path.get(3), request);
      case "PUT 4" ->
          ebs(third.equals("blocks") ? "PutSnapshotBlock" : UNKNOWN, id, path.get(3), request);
      default -> ebs(UNKNOWN, id, "", request);
    };
  }

  private static String listing(String word) {
    return switch (word) {
      case "blocks" -> "ListSnapshotBlocks";
      case "changedblocks" -> "ListChangedBlocks";
      default -> UNKNOWN;
    };
  }

  private static Route ebs(String operation, String id, String block, Request request) {
    return new Route(Protocol.EBS, operation, id, block, request.query());
  }

  private static Route query(Request request) {
    Map<String, List<String>> form =
        request.method().equals("POST")
            ? new QueryStringDecoder(request.text(), false).parameters()
            : request.query();
    String action = first(form, "Action", UNKNOWN);
    Protocol protocol =
        first(form, "Version", "").startsWith("2011-") ? Protocol.STS : Protocol.EC2;
    return new Route(protocol, action, "", "", form);
  }

  private static String first(Map<String, List<String>> form, String name, String otherwise) {
    return form.getOrDefault(name, List.of(otherwise)).get(0);
  }

  /** The block index, or {@code -1} if the path has none or it is not a number. */
  long blockIndex() {
    return block.matches("[0-9]{1,9}") ? Long.parseLong(block) : -1;
  }

  /** The first value of a parameter, or an empty text. */
  public String parameter(String name) {
    return first(parameters, name, "");
  }
}
