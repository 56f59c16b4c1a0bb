package org.snapshotproxy.endpoint.service;

import io.netty.buffer.ByteBuf;
import java.util.HexFormat;
import org.snapshotproxy.endpoint.store.Sha256;

/** SHA-256 of a request's body, computed once and only if somebody asks. For one thread. */
final class BodyDigest {
  private final ByteBuf body;
  private byte[] digest = new byte[0];

  BodyDigest(ByteBuf body) {
    this.body = body;
  }

  byte[] bytes() {
    if (digest.length == 0) {
      digest = Sha256.of(body);
    }
    return digest;
  }

  String hex() {
    return HexFormat.of().formatHex(bytes());
  }
}
