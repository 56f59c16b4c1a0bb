package org.snapshotproxy.connectors.base;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256, the only digest of the EBS direct APIs. Thread-safe: each thread has its own engine. */
public final class Digests {
  /** Bytes in a digest. */
  public static final int LENGTH = 32;

  private static final ThreadLocal<MessageDigest> SHA256 =
      ThreadLocal.withInitial(Digests::newSha256);

  private Digests() {}

  /** The raw digest of all of {@code data}. */
  public static byte[] sha256(byte[] data) {
    MessageDigest digest = SHA256.get();
    digest.reset();
    return digest.digest(data);
  }

  /** A new engine, for digests over more than one array. */
  public static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
