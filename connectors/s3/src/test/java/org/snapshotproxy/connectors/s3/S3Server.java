package org.snapshotproxy.connectors.s3;

import java.io.IOException;
import java.nio.file.Path;

/** A real S3 server in a process of its own, one for all tests of this JVM. Thread-safe. */
final class S3Server {
  private static S3Server shared;

  private final org.snapshotproxy.endpoint.S3Server server;

  private S3Server() throws IOException {
    server =
        org.snapshotproxy.endpoint.S3Server.start(Path.of(System.getProperty("fsp.s3-server")));
  }

  /** The server, started by whoever asks first. */
  static synchronized S3Server shared() throws IOException {
    if (shared == null) {
      shared = new S3Server();
    }
    return shared;
  }

  /** Its URL, once it answers. */
  String url() {
    try {
      return server.url();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
