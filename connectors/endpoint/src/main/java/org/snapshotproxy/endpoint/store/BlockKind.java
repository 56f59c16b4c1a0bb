package org.snapshotproxy.endpoint.store;

/** What a layer says of a block index. */
public enum BlockKind {
  /** Nothing: the layer below answers. */
  NONE,
  /** The block's data is in this layer. */
  DATA,
  /** The snapshot no longer has the block, whatever the layers below say. */
  LOST,
  /** The block was written here and its digest kept, but its data was thrown away. */
  DISCARDED;

  private static final BlockKind[] ALL = values();

  /** Whether a list shows the block. */
  public boolean listed() {
    return this == DATA || this == DISCARDED;
  }

  static BlockKind of(int code) {
    return code >= 0 && code < ALL.length ? ALL[code] : NONE;
  }
}
