package org.snapshotproxy.connectors.base.serial;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.snapshotproxy.connectors.base.Block;
import org.snapshotproxy.connectors.base.BlockBuffer;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.Digests;
import org.snapshotproxy.connectors.base.Segment;

/**
 * Encodes {@link Segment}, bytes and all. No job here shuffles segments; the codec keeps a chain
 * that Flink had to break correct. Version 1: segment, clear, skipped, blocks of index, digest,
 * bytes; version 2: the span as well.
 */
public final class SegmentCodec implements Codec<Segment> {
  private static final long serialVersionUID = 1L;

  /** The Flink type. */
  public static CodecTypeInfo<Segment> type() {
    return new CodecTypeInfo<>(Segment.class, new SegmentCodec());
  }

  @Override
  public int version() {
    return 2;
  }

  @Override
  public void write(Segment value, DataOutput out) throws IOException {
    out.writeInt(value.segment());
    out.writeLong(value.clear());
    out.writeLong(value.skipped());
    out.writeByte(value.blocks().size());
    for (Block block : value.blocks()) {
      out.writeInt(block.index());
      out.write(block.digest());
      out.write(block.buffer().bytes());
      block.buffer().release();
    }
    SpanCodec.writeOptional(value.span(), out);
  }

  @Override
  public Segment read(int version, DataInput in) throws IOException {
    if (version > 2) {
      return unknown(version);
    }
    int segment = in.readInt();
    long clear = in.readLong();
    long skipped = in.readLong();
    int count = in.readUnsignedByte();
    List<Block> blocks = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int index = in.readInt();
      byte[] digest = new byte[Digests.LENGTH];
      in.readFully(digest);
      byte[] bytes = new byte[Blocks.SIZE];
      in.readFully(bytes);
      blocks.add(new Block(index, BlockBuffer.unpooled(bytes), digest));
    }
    return new Segment(
        segment, blocks, clear, skipped, version == 1 ? null : SpanCodec.readOptional(in));
  }
}
