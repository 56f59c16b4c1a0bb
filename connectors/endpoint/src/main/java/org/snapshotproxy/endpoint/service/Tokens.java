package org.snapshotproxy.endpoint.service;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.OptionalInt;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Page tokens and block tokens. Nothing is remembered: what a token stands for is in it, under a
 * keyed hash.
 *
 * <p>A block token is 60 characters, as long as the service's: 44 that stand for the snapshot
 * (HMAC-SHA256), then 16 for the end of its life and a SipHash of that and the block index. A page
 * token holds the next index and the time it was made.
 */
final class Tokens {
  static final Duration BLOCK_LIFE = Duration.ofDays(7);
  static final Duration PAGE_LIFE = Duration.ofMinutes(60);
  static final int BLOCK_TOKEN_LENGTH = 60;

  private static final int PREFIX_LENGTH = 44;
  private static final byte[] ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
          .getBytes(StandardCharsets.US_ASCII);

  private final SecretKeySpec key;
  private final Clock clock;

  Tokens(byte[] secret, Clock clock) {
    this.key = new SecretKeySpec(secret, "HmacSHA256");
    this.clock = clock;
  }

  private byte[] hmac(String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JVM has HmacSHA256", e);
    }
  }

  /** A maker and checker of one snapshot's block tokens, for one thread. */
  BlockTokens ofSnapshot(String snapshotId) {
    return new BlockTokens(hmac("prefix|" + snapshotId), hmac("block|" + snapshotId));
  }

  /** Epoch seconds at which a block token made now ends. */
  long blockExpirySeconds() {
    return clock.instant().plus(BLOCK_LIFE).getEpochSecond();
  }

  /** Block tokens of one snapshot. */
  final class BlockTokens {
    private final byte[] prefix;
    private final SipHash hash;

    private BlockTokens(byte[] name, byte[] secret) {
      this.prefix = Base64.getEncoder().encode(Arrays.copyOf(name, PREFIX_LENGTH * 3 / 4));
      ByteBuffer words = ByteBuffer.wrap(secret);
      this.hash = new SipHash(words.getLong(), words.getLong());
    }

    /** Writes a token's 60 characters into the array. */
    void write(byte[] out, int at, int blockIndex, long expirySeconds) {
      System.arraycopy(prefix, 0, out, at, PREFIX_LENGTH);
      long mac = hash.of(expirySeconds << 32 | blockIndex);
      int end = at + BLOCK_TOKEN_LENGTH;
      long low = mac & 0xffff_ffff_ffffL;
      for (int i = end - 1; i >= end - 8; i--) {
        out[i] = ALPHABET[(int) (low & 63)];
        low >>>= 6;
      }
      long high = (expirySeconds & 0xffff_ffffL) << 16 | mac >>> 48;
      for (int i = end - 9; i >= end - 16; i--) {
        out[i] = ALPHABET[(int) (high & 63)];
        high >>>= 6;
      }
    }

    /** Whether the token is one of this snapshot's block, and still lives. */
    boolean valid(String token, int blockIndex) {
      if (token.length() != BLOCK_TOKEN_LENGTH) {
        return false;
      }
      byte[] given = token.getBytes(StandardCharsets.ISO_8859_1);
      long expiry;
      try {
        byte[] tail = Base64.getDecoder().decode(token.substring(PREFIX_LENGTH));
        expiry = ByteBuffer.wrap(tail).getInt() & 0xffff_ffffL;
      } catch (IllegalArgumentException notBase64) {
        return false;
      }
      byte[] wanted = new byte[BLOCK_TOKEN_LENGTH];
      write(wanted, 0, blockIndex, expiry);
      return MessageDigest.isEqual(given, wanted) && clock.instant().getEpochSecond() <= expiry;
    }
  }

  /**
   * A page token.
   *
   * @param list stands for the operation and its snapshots
   */
  String page(String list, int nextIndex) {
    return page(list, nextIndex, clock.instant().getEpochSecond());
  }

  private String page(String list, int nextIndex, long madeSeconds) {
    byte[] mac = hmac("page|" + list + "|" + nextIndex + "|" + madeSeconds);
    ByteBuffer bytes = ByteBuffer.allocate(4 + 8 + mac.length);
    bytes.putInt(nextIndex).putLong(madeSeconds).put(mac);
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  /** The index where the page of a token starts; nothing if it is not ours or has ended. */
  OptionalInt pageStart(String list, String token) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(token);
    } catch (IllegalArgumentException notBase64) {
      return OptionalInt.empty();
    }
    if (bytes.length < 12) {
      return OptionalInt.empty();
    }
    ByteBuffer fields = ByteBuffer.wrap(bytes);
    int next = fields.getInt();
    long made = fields.getLong();
    boolean alive = clock.instant().getEpochSecond() - made <= PAGE_LIFE.toSeconds();
    return alive && page(list, next, made).equals(token)
        ? OptionalInt.of(next)
        : OptionalInt.empty();
  }
}
