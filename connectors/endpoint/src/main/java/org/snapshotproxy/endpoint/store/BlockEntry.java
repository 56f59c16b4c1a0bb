package org.snapshotproxy.endpoint.store;

/**
 * What a layer holds of one block.
 *
 * @param kind never {@link BlockKind#NONE}
 * @param slot where the layer keeps the data; means something to that layer only
 * @param digest the 32 bytes of the block's SHA-256; empty for a lost block; not to be changed
 */
public record BlockEntry(BlockKind kind, long slot, byte[] digest) {}
