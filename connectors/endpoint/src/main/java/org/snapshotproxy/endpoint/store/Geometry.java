package org.snapshotproxy.endpoint.store;

/** Sizes that the service fixes. */
public final class Geometry {
  /** Bytes in a block. */
  public static final int BLOCK_SIZE = 524_288;

  /** Blocks in a GiB of volume. */
  public static final int BLOCKS_PER_GIB = 2_048;

  /** The largest volume, in GiB. */
  public static final int MAX_VOLUME_GIB = 65_536;

  /** Bytes of a SHA-256 digest. */
  public static final int DIGEST_SIZE = 32;

  private Geometry() {}

  /** Number of blocks of a volume of the given size in GiB (1 to 65,536). */
  public static int blocksOf(int volumeSizeGiB) {
    return volumeSizeGiB * BLOCKS_PER_GIB;
  }
}
