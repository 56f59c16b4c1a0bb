package org.snapshotproxy.connectors.s3;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import org.snapshotproxy.connectors.base.Block;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.Digests;

/**
 * What stands before the compressed frame: a skippable zstd frame with the SHA-256 of every block.
 * Any zstd decoder passes over it.
 *
 * <pre>
 *   0   4        skippable frame magic 0x184D2A50, little-endian
 *   4   4        length of what follows, little-endian: 16 + 32 n
 *   8   4        "FSP1"
 *   12  4        index of the segment's first block, little-endian
 *   16  8        mask of the n blocks in the object, little-endian; bit i is block first + i
 *   24  32 n     raw SHA-256 of each block, ascending
 * </pre>
 *
 * @param digests raw SHA-256 of each block, ascending
 */
record ObjectHeader(List<byte[]> digests) {
  private static final int MAGIC = 0x184D2A50;
  private static final int MARK = 0x31505346;
  private static final int FIXED = 24;

  static int length(int blocks) {
    return FIXED + blocks * Digests.LENGTH;
  }

  static byte[] encode(ObjectName name, List<Block> blocks) {
    ByteBuffer header = ByteBuffer.allocate(length(blocks.size())).order(ByteOrder.LITTLE_ENDIAN);
    header.putInt(MAGIC).putInt(header.capacity() - 8).putInt(MARK);
    header.putInt(Blocks.firstBlock(name.segment())).putLong(name.mask());
    blocks.forEach(block -> header.put(block.digest()));
    return header.array();
  }

  /**
   * Reads and checks a header.
   *
   * @throws DamagedObject if it is not the header of an object of this name
   */
  static ObjectHeader read(ObjectName name, InputStream in) throws IOException {
    byte[] bytes = in.readNBytes(length(name.blocks()));
    if (bytes.length < length(name.blocks())) {
      throw new DamagedObject("ends within its header");
    }
    ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (header.getInt() != MAGIC
        || header.getInt() != bytes.length - 8
        || header.getInt() != MARK
        || header.getInt() != Blocks.firstBlock(name.segment())
        || header.getLong() != name.mask()) {
      throw new DamagedObject("begins with the header of another object, or with none");
    }
    var linear = Digests.newSha256();
    linear.update(bytes, FIXED, bytes.length - FIXED);
    if (!HexFormat.of().formatHex(linear.digest()).equals(name.digest())) {
      throw new DamagedObject("lists digests that are not those its name stands for");
    }
    byte[][] digests = new byte[name.blocks()][Digests.LENGTH];
    for (byte[] digest : digests) {
      header.get(digest);
    }
    return new ObjectHeader(List.of(digests));
  }
}
