package org.snapshotproxy.endpoint.store;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.SplittableRandom;

/**
 * The contents of synthetic blocks: one of 16 fixed pseudo-random patterns of 524,224 bytes and a
 * tail of 64 bytes that holds seed and index (big-endian, then zeros). Two blocks of other seeds or
 * indexes differ, and a digest costs two SHA-256 rounds, for those of the patterns are kept.
 */
public final class SyntheticContent {
  private static final int PATTERNS = 16;
  private static final int TAIL = 64;
  private static final int PREFIX = Geometry.BLOCK_SIZE - TAIL;
  private static final ByteBuf ZERO_BLOCK =
      Unpooled.unreleasableBuffer(
          Unpooled.directBuffer(Geometry.BLOCK_SIZE).writeZero(Geometry.BLOCK_SIZE).asReadOnly());
  private static final byte[] ZERO_DIGEST = Sha256.of(ZERO_BLOCK);
  private static final ByteBuf[] PREFIXES = new ByteBuf[PATTERNS];
  private static final MessageDigest[] MIDSTATES = new MessageDigest[PATTERNS];

  static {
    for (int p = 0; p < PATTERNS; p++) {
      SplittableRandom random = new SplittableRandom(p);
      ByteBuf prefix = Unpooled.directBuffer(PREFIX);
      while (prefix.isWritable(Long.BYTES)) {
        prefix.writeLong(random.nextLong());
      }
      MessageDigest midstate = Sha256.create();
      midstate.update(prefix.nioBuffer());
      PREFIXES[p] = Unpooled.unreleasableBuffer(prefix.asReadOnly());
      MIDSTATES[p] = midstate;
    }
  }

  private SyntheticContent() {}

  /** The 512 KiB of a block; the receiver releases them and must not change them. */
  public static ByteBuf block(long seed, int index) {
    return Unpooled.wrappedBuffer(
        PREFIXES[pattern(seed, index)].duplicate(), Unpooled.wrappedBuffer(tail(seed, index)));
  }

  /** SHA-256 of {@link #block}. */
  public static byte[] digest(long seed, int index) {
    try {
      MessageDigest digest = (MessageDigest) MIDSTATES[pattern(seed, index)].clone();
      return digest.digest(tail(seed, index));
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the JVM's SHA-256 cannot be cloned", e);
    }
  }

  /** 512 KiB of zeros; not to be changed. */
  public static ByteBuf zeroBlock() {
    return ZERO_BLOCK.duplicate();
  }

  /** SHA-256 of {@link #zeroBlock}. */
  public static byte[] zeroDigest() {
    return ZERO_DIGEST.clone();
  }

  private static int pattern(long seed, int index) {
    return (int) (SyntheticLayer.mix(seed ^ index) & (PATTERNS - 1));
  }

  private static byte[] tail(long seed, int index) {
    return ByteBuffer.allocate(TAIL).putLong(seed).putLong(index).array();
  }
}
