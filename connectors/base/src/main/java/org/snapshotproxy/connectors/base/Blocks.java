package org.snapshotproxy.connectors.base;

import java.util.Arrays;
import org.apache.flink.annotation.PublicEvolving;

/**
 * The arithmetic of blocks and segments.
 *
 * <p>A block is 524,288 bytes, the only size the EBS direct APIs know ({@code BlockSize} in the
 * service model). A segment is an aligned run of 64 blocks (32 MiB): 64, because a set of blocks of
 * one segment is then one {@code long}, and because the reference tool cuts its S3 objects there.
 */
@PublicEvolving
public final class Blocks {
  /** Bytes in a block. */
  public static final int SIZE = 524_288;

  /** Blocks in a segment. */
  public static final int PER_SEGMENT = 64;

  /** Bytes in a segment. */
  public static final long SEGMENT_SIZE = (long) SIZE * PER_SEGMENT;

  /** Bytes in a GiB, the unit of a volume's size. */
  public static final long GIB = 1L << 30;

  /** The largest volume, in GiB (64 TiB). */
  public static final int MAX_VOLUME_GIB = 65_536;

  private static final byte[] ZERO_DIGEST = Digests.sha256(new byte[SIZE]);

  private Blocks() {}

  /** The segment that holds a block index. */
  public static int segmentOf(int block) {
    return block / PER_SEGMENT;
  }

  /** The first block index of a segment. */
  public static int firstBlock(int segment) {
    return segment * PER_SEGMENT;
  }

  /** The bit of a block in the masks of its segment. */
  public static long bit(int block) {
    return 1L << (block % PER_SEGMENT);
  }

  /** Byte offset of a block in its volume. */
  public static long offset(int block) {
    return (long) block * SIZE;
  }

  /** Blocks needed for so many bytes, the last one perhaps partial. */
  public static int blocksFor(long bytes) {
    return Math.toIntExact((bytes + SIZE - 1) / SIZE);
  }

  /** Segments needed for so many bytes, the last one perhaps partial. */
  public static int segmentsFor(long bytes) {
    return Math.toIntExact((bytes + SEGMENT_SIZE - 1) / SEGMENT_SIZE);
  }

  /** The smallest volume, in GiB, that holds so many bytes; at least 1. */
  public static int volumeGiBFor(long bytes) {
    return Math.toIntExact(Math.max(1, (bytes + GIB - 1) / GIB));
  }

  /** The mask of all blocks of a segment that lie inside a volume of {@code bytes} bytes. */
  public static long maskWithin(int segment, long bytes) {
    long blocks = blocksFor(bytes) - (long) firstBlock(segment);
    if (blocks <= 0) {
      return 0;
    }
    return blocks >= PER_SEGMENT ? -1L : (1L << blocks) - 1;
  }

  /** Whether this is the digest of a block of zeros. */
  public static boolean isZeroDigest(byte[] digest) {
    return Arrays.equals(ZERO_DIGEST, digest);
  }

  /** A copy of the digest of a block of zeros. */
  public static byte[] zeroDigest() {
    return ZERO_DIGEST.clone();
  }
}
