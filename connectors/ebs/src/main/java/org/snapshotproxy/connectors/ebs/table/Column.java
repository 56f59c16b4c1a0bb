package org.snapshotproxy.connectors.ebs.table;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.types.DataType;

/** What a row can tell of a block. Found by its name; a table declares those it wants. */
enum Column {
  /** The block's index in the volume. */
  BLOCK_INDEX("block_index", DataTypes.BIGINT().notNull(), Kind.LISTED),
  /** Where the block begins in the volume. */
  BYTE_OFFSET("byte_offset", DataTypes.BIGINT().notNull(), Kind.LISTED),
  /** Bytes of the volume that the row is about. */
  LENGTH("length", DataTypes.BIGINT().notNull(), Kind.LISTED),
  /** {@code present}; of changes {@code changed} or {@code cleared}. */
  CHANGE_KIND("change_kind", DataTypes.STRING().notNull(), Kind.LISTED),
  /** How the block is read; null where it is cleared. */
  TOKEN("token", DataTypes.STRING(), Kind.TOKEN),
  /** SHA-256 of the block in lower-case hex; null where it is cleared. */
  DIGEST("digest", DataTypes.STRING(), Kind.FETCHED),
  /** The block's bytes; null where it is cleared. */
  DATA("data", DataTypes.BYTES(), Kind.FETCHED),
  /** The snapshot that was listed. */
  SNAPSHOT_ID("snapshot_id", DataTypes.STRING().notNull(), Kind.METADATA),
  /** Bytes of the snapshot's volume. */
  VOLUME_BYTES("volume_bytes", DataTypes.BIGINT().notNull(), Kind.METADATA);

  private enum Kind {
    LISTED,
    TOKEN,
    FETCHED,
    METADATA
  }

  private final String label;
  private final DataType type;
  private final Kind kind;

  Column(String label, DataType type, Kind kind) {
    this.label = label;
    this.type = type;
    this.kind = kind;
  }

  /** The name it has in a table. */
  String label() {
    return label;
  }

  DataType type() {
    return type;
  }

  /** Whether it needs the block's token. */
  boolean isOfToken() {
    return kind == Kind.TOKEN || kind == Kind.FETCHED;
  }

  /** Whether it needs the block itself: a request a block. */
  boolean isFetched() {
    return kind == Kind.FETCHED;
  }

  /** Whether it is declared as METADATA, as it is the same in every row. */
  boolean isMetadata() {
    return kind == Kind.METADATA;
  }

  /** Whether a block that is gone has it as well. */
  boolean isOfEveryBlock() {
    return !isOfToken();
  }

  /** The physical column of that name. */
  static Optional<Column> physical(String name) {
    return Arrays.stream(values())
        .filter(each -> !each.isMetadata() && each.label.equals(name))
        .findFirst();
  }

  /** The names of the physical columns, for a sentence. */
  static String physicalNames() {
    return Arrays.stream(values())
        .filter(each -> !each.isMetadata())
        .map(Column::label)
        .collect(Collectors.joining(", "));
  }
}
