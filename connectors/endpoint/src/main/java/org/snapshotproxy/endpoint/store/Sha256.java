package org.snapshotproxy.endpoint.store;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256, by whichever provider the JVM prefers. */
public final class Sha256 {
  private static final ThreadLocal<MessageDigest> LOCAL = ThreadLocal.withInitial(Sha256::create);

  private Sha256() {}

  /** A new digest. */
  public static MessageDigest create() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  /** The digest of the buffer's readable bytes, which stay readable. */
  public static byte[] of(ByteBuf bytes) {
    MessageDigest digest = LOCAL.get();
    for (ByteBuffer part : bytes.nioBuffers()) {
      digest.update(part);
    }
    return digest.digest();
  }

  /** The digest of an array. */
  public static byte[] of(byte[] bytes) {
    return LOCAL.get().digest(bytes);
  }
}
