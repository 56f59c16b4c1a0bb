package org.snapshotproxy.connectors.base;

import org.apache.flink.annotation.PublicEvolving;

/**
 * One block with its bytes.
 *
 * @param index block index in the volume
 * @param buffer {@link Blocks#SIZE} bytes, shared by all writers of the block and never changed
 *     once here
 * @param digest SHA-256 of the bytes, computed once, where they were read
 */
@PublicEvolving
public record Block(int index, BlockBuffer buffer, byte[] digest) {
  /** Whether every byte is zero. */
  public boolean isZero() {
    return Blocks.isZeroDigest(digest);
  }
}
