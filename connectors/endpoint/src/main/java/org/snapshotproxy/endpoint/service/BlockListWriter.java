package org.snapshotproxy.endpoint.service;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.charset.StandardCharsets;

/** Writes the JSON of a block list by hand into a pooled array. For one thread. */
final class BlockListWriter {
  private static final byte[] INDEX = ascii("{\"BlockIndex\":");
  private static final byte[] TOKEN = ascii(",\"BlockToken\":\"");
  private static final byte[] FIRST = ascii(",\"FirstBlockToken\":\"");
  private static final byte[] SECOND = ascii(",\"SecondBlockToken\":\"");
  private static final int LONGEST_ENTRY = 256;
  private static final int HEAD_AND_TAIL = 1024;

  private final ByteBuf buffer;
  private final byte[] array;
  private final int base;
  private final long expirySeconds;
  private int at;
  private int entries;

  /**
   * @param list {@code Blocks} or {@code ChangedBlocks}
   * @param maxEntries entries that may follow
   */
  BlockListWriter(String list, int maxEntries, long expirySeconds) {
    this.buffer =
        PooledByteBufAllocator.DEFAULT.heapBuffer(maxEntries * LONGEST_ENTRY + HEAD_AND_TAIL);
    this.array = buffer.array();
    this.base = buffer.arrayOffset();
    this.at = base;
    this.expirySeconds = expirySeconds;
    put(ascii("{\"" + list + "\":["));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  void block(int index, Tokens.BlockTokens tokens) {
    open(index);
    token(TOKEN, index, tokens);
    array[at++] = '}';
  }

  void changed(
      int index,
      boolean inFirst,
      Tokens.BlockTokens first,
      boolean inSecond,
      Tokens.BlockTokens second) {
    open(index);
    if (inFirst) {
      token(FIRST, index, first);
    }
    if (inSecond) {
      token(SECOND, index, second);
    }
    array[at++] = '}';
  }

  private void open(int index) {
    if (entries++ > 0) {
      array[at++] = ',';
    }
    put(INDEX);
    number(index);
  }

  private void token(byte[] name, int index, Tokens.BlockTokens tokens) {
    put(name);
    tokens.write(array, at, index, expirySeconds);
    at += Tokens.BLOCK_TOKEN_LENGTH;
    array[at++] = '"';
  }

  private void put(byte[] bytes) {
    System.arraycopy(bytes, 0, array, at, bytes.length);
    at += bytes.length;
  }

  private void number(int value) {
    int digits = 1;
    for (long power = 10; value >= power; power *= 10) {
      digits++;
    }
    int left = value;
    for (int i = at + digits - 1; i >= at; i--) {
      array[i] = (byte) ('0' + left % 10);
      left /= 10;
    }
    at += digits;
  }

  /** Gives the buffer back unsent. */
  void abandon() {
    buffer.release();
  }

  /**
   * Ends the list; the receiver releases the buffer.
   *
   * @param nextToken empty on the last page
   */
  ByteBuf finish(int volumeSizeGiB, int blockSize, String nextToken) {
    String next = nextToken.isEmpty() ? "" : ",\"NextToken\":\"" + nextToken + "\"";
    put(
        ascii(
            "],\"ExpiryTime\":"
                + expirySeconds
                + ",\"VolumeSize\":"
                + volumeSizeGiB
                + ",\"BlockSize\":"
                + blockSize
                + next
                + "}"));
    return buffer.writerIndex(at - base);
  }
}
