package org.snapshotproxy.connectors.ebs.table;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.Masks;
import org.snapshotproxy.connectors.base.SegmentDescriptor;

/** Makes the row of a block. */
final class BlockRows implements MapFunction<SegmentDescriptor, RowData> {
  private static final long serialVersionUID = 1L;

  private final ArrayList<Column> columns;
  private final String moved;
  private final String snapshotId;
  private final long volumeBytes;

  /**
   * @param columns in the order of the row
   * @param moved the state of the blocks that descriptors move, such as {@code present}
   */
  BlockRows(List<Column> columns, String moved, String snapshotId, long volumeBytes) {
    this.columns = new ArrayList<>(columns);
    this.moved = moved;
    this.snapshotId = snapshotId;
    this.volumeBytes = volumeBytes;
  }

  @Override
  public RowData map(SegmentDescriptor single) {
    return row(single, null, null);
  }

  /**
   * @param single the descriptor of one block
   * @param digest of its bytes, or null where none is selected or the block is gone
   * @param data its bytes, which the row keeps; or null likewise
   */
  RowData row(SegmentDescriptor single, byte[] digest, byte[] data) {
    int index = Masks.indexes(single.segment(), single.move() | single.clear())[0];
    GenericRowData row = new GenericRowData(columns.size());
    for (int i = 0; i < columns.size(); i++) {
      row.setField(
          i,
          switch (columns.get(i)) {
            case BLOCK_INDEX -> (long) index;
            case BYTE_OFFSET -> Blocks.offset(index);
            case LENGTH -> (long) Blocks.SIZE;
            case CHANGE_KIND -> StringData.fromString(single.move() == 0 ? "cleared" : moved);
            case TOKEN ->
                single.tokens().isEmpty() ? null : StringData.fromString(single.tokens().get(0));
            case DIGEST ->
                digest == null ? null : StringData.fromString(HexFormat.of().formatHex(digest));
            case DATA -> data;
            case SNAPSHOT_ID -> StringData.fromString(snapshotId);
            case VOLUME_BYTES -> volumeBytes;
          });
    }
    return row;
  }
}
