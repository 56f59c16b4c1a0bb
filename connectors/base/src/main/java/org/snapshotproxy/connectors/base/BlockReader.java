package org.snapshotproxy.connectors.base;

import java.io.IOException;
import org.apache.flink.annotation.PublicEvolving;

/** A reader of an origin that keeps each block for itself. */
@PublicEvolving
public interface BlockReader extends PartReader {
  /**
   * Fills {@code into} with one block, blocking. Bytes past the origin's end are zeros.
   *
   * @param descriptor the segment of the block
   * @param position the block's place among the moved blocks of the descriptor, 0 on
   * @param into {@link Blocks#SIZE} bytes
   * @return the SHA-256 the origin declares for the block, or {@code null} where it declares none;
   *     the caller checks it
   * @throws FspException if no repetition can help
   * @throws IOException for a fault that a restart of the job may mend
   */
  byte[] read(SegmentDescriptor descriptor, int position, byte[] into)
      throws IOException, InterruptedException;

  @Override
  default long[] parts(SegmentDescriptor descriptor) {
    return Masks.singles(descriptor.move());
  }

  @Override
  default byte[][] read(SegmentDescriptor descriptor, long part, byte[][] into)
      throws IOException, InterruptedException {
    int position = Long.bitCount(descriptor.move() & (part - 1));
    return new byte[][] {read(descriptor, position, into[0])};
  }
}
