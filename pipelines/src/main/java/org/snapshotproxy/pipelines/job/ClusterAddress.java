package org.snapshotproxy.pipelines.job;

import org.snapshotproxy.connectors.base.FspException;

/**
 * Where a cluster's REST API answers.
 *
 * @param host name or address; an IPv6 address in brackets
 * @param port 1 to 65,535
 */
public record ClusterAddress(String host, int port) {
  /** Flink's own default. */
  private static final int DEFAULT_PORT = 8081;

  /**
   * Reads {@code HOST}, {@code HOST:PORT} or {@code http://HOST:PORT}.
   *
   * @throws FspException if it is none of them
   */
  public static ClusterAddress parse(String text) {
    String bare = text.replaceFirst("^http://", "").replaceFirst("/$", "");
    int colon = bare.lastIndexOf(':');
    boolean hasPort = colon > bare.lastIndexOf(']');
    String host = hasPort ? bare.substring(0, colon) : bare;
    String port = hasPort ? bare.substring(colon + 1) : Integer.toString(DEFAULT_PORT);
    if (!host.matches("[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+]")
        || !port.matches("\\d{1,5}")
        || Integer.parseInt(port) < 1
        || Integer.parseInt(port) > 65_535) {
      throw new FspException(
          "'" + text + "' is no address of a cluster; give HOST:PORT of its REST API.");
    }
    return new ClusterAddress(host, Integer.parseInt(port));
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
