package org.snapshotproxy.endpoint.store;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The 64 bytes of an index record: kind (byte 0), CRC-32C of the rest (4), slot (8), digest (16). A
 * record whose CRC does not fit counts as absent: the block was never acknowledged.
 */
final class BlockRecord {
  private static final int CRC_AT = 4;
  private static final int SLOT_AT = 8;
  private static final int DIGEST_AT = 16;
  private static final int END = DIGEST_AT + Geometry.DIGEST_SIZE;

  private BlockRecord() {}

  static ByteBuffer encode(BlockEntry entry) {
    ByteBuffer record = ByteBuffer.allocate(Records.RECORD_SIZE);
    record.put(0, (byte) entry.kind().ordinal());
    record.putLong(SLOT_AT, entry.slot());
    if (entry.digest().length > 0) {
      record.put(DIGEST_AT, entry.digest());
    }
    record.putInt(CRC_AT, crc(record, 0));
    return record;
  }

  /** The kind of the record at the given offset, {@link BlockKind#NONE} if absent or torn. */
  static BlockKind kind(ByteBuffer page, int offset) {
    int code = page.get(offset);
    return code != 0 && page.getInt(offset + CRC_AT) == crc(page, offset)
        ? BlockKind.of(code)
        : BlockKind.NONE;
  }

  static Optional<BlockEntry> decode(ByteBuffer page, int offset) {
    BlockKind kind = kind(page, offset);
    if (kind == BlockKind.NONE) {
      return Optional.empty();
    }
    byte[] digest = new byte[kind.listed() ? Geometry.DIGEST_SIZE : 0];
    page.get(offset + DIGEST_AT, digest);
    return Optional.of(new BlockEntry(kind, page.getLong(offset + SLOT_AT), digest));
  }

  private static int crc(ByteBuffer page, int offset) {
    CRC32C crc = new CRC32C();
    crc.update(page.get(offset));
    crc.update(page.array(), page.arrayOffset() + offset + SLOT_AT, END - SLOT_AT);
    return (int) crc.getValue();
  }
}
