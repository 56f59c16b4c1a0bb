package org.snapshotproxy.connectors.device;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.snapshotproxy.connectors.base.Block;
import org.snapshotproxy.connectors.base.BlockBuffer;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.Digests;

/**
 * A sparse image and what is known about it from having made it, without asking the file system.
 *
 * @param size length in bytes
 * @param extents what is written, in this order
 */
record Image(long size, List<Extent> extents) {
  /**
   * A stretch that is written.
   *
   * @param at where, as a share of the image
   * @param length bytes, cut at the image's end
   * @param zeros whether zeros are written, or random bytes
   */
  record Extent(double at, int length, boolean zeros) {}

  /** Bytes of all blocks. */
  long volumeBytes() {
    return Blocks.offset(Blocks.blocksFor(size));
  }

  private int start(Extent extent) {
    return (int) (extent.at * (size - 1));
  }

  private int length(Extent extent) {
    return (int) Math.min(extent.length, size - start(extent));
  }

  private byte[] bytes(Extent extent) {
    byte[] bytes = new byte[length(extent)];
    if (!extent.zeros) {
      new Random(extent.hashCode()).nextBytes(bytes);
    }
    return bytes;
  }

  /** Makes the file, sparse. */
  Path create(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      for (Extent extent : extents) {
        channel.write(ByteBuffer.wrap(bytes(extent)), start(extent));
      }
      lengthen(file);
    }
    return file;
  }

  private void lengthen(Path file) throws IOException {
    try (RandomAccessFile whole = new RandomAccessFile(file.toFile(), "rw")) {
      whole.setLength(size);
    }
  }

  /** The bytes of all blocks, the last one padded. */
  byte[] content() {
    byte[] content = new byte[(int) volumeBytes()];
    for (Extent extent : extents) {
      System.arraycopy(bytes(extent), 0, content, start(extent), length(extent));
    }
    return content;
  }

  /** The blocks that any extent touches. */
  BitSet touched() {
    BitSet touched = new BitSet();
    for (Extent extent : extents) {
      int start = start(extent);
      touched.set(start / Blocks.SIZE, (start + length(extent) - 1) / Blocks.SIZE + 1);
    }
    return touched;
  }

  /** A block as the pipeline carries it. */
  static Block block(int index, byte[] bytes) {
    return new Block(index, BlockBuffer.unpooled(bytes), Digests.sha256(bytes));
  }

  /** A block all of whose bytes are {@code value}. */
  static Block block(int index, int value) {
    byte[] bytes = new byte[Blocks.SIZE];
    Arrays.fill(bytes, (byte) value);
    return block(index, bytes);
  }
}
