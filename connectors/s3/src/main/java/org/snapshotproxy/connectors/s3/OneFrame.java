package org.snapshotproxy.connectors.s3;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The bytes of one zstd frame from outside, passed on to a decoder block by block, so that it is
 * known where the frame ends. Refused are a frame that asks for more memory than its content can
 * need, one that declares another length than it must have, one that needs a dictionary, and
 * anything behind it. What is in the blocks is the decoder's to check.
 */
final class OneFrame extends InputStream {
  /**
   * log2 of the largest window, 32 MiB: no frame of a segment needs a larger one, whoever
   * compressed it.
   */
  static final int WINDOW_LOG = 25;

  private static final int MAGIC = 0xFD2FB528;
  private static final int SINGLE_SEGMENT = 0x20;
  private static final int RESERVED = 0x08;
  private static final int CHECKSUM = 0x04;
  private static final int DICTIONARY = 0x03;
  private static final int[] CONTENT_SIZE_BYTES = {0, 2, 4, 8};
  private static final int BLOCK_HEADER = 3;
  private static final int RUN = 1;

  private final InputStream in;
  private final long content;

  /** Header bytes that were read here and go on to the decoder. */
  private ByteBuffer head = ByteBuffer.allocate(0);

  private long left;
  private boolean checksum;
  private boolean begun;
  private boolean last;
  private boolean ended;

  /**
   * @param content bytes that the frame has to hold, or -1 where that is not known
   */
  OneFrame(InputStream in, long content) {
    this.in = in;
    this.content = content;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (!head.hasRemaining() && left == 0) {
      if (ended) {
        return -1;
      }
      next();
    }
    if (head.hasRemaining()) {
      int part = Math.min(length, head.remaining());
      head.get(into, offset, part);
      return part;
    }
    int read = in.read(into, offset, (int) Math.min(length, left));
    if (read < 0) {
      throw truncated();
    }
    left -= read;
    return read;
  }

  /** Goes on to the frame's next piece: its header, a block, its checksum, its end. */
  private void next() throws IOException {
    if (!begun) {
      begun = true;
      frameHeader();
    } else if (!last) {
      blockHeader();
    } else if (checksum) {
      checksum = false;
      left = Integer.BYTES;
    } else {
      ended = true;
      if (in.read() >= 0) {
        throw new DamagedObject("has bytes behind its compressed frame");
      }
    }
  }

  private void frameHeader() throws IOException {
    ByteBuffer header = ByteBuffer.allocate(14).order(ByteOrder.LITTLE_ENDIAN);
    take(header, Integer.BYTES + 1);
    int descriptor = header.get(Integer.BYTES) & 0xFF;
    if (header.getInt(0) != MAGIC || (descriptor & RESERVED) != 0) {
      throw new DamagedObject("holds no zstd frame where one has to be");
    }
    if ((descriptor & DICTIONARY) != 0) {
      throw new DamagedObject("needs a dictionary to be decompressed");
    }
    boolean single = (descriptor & SINGLE_SEGMENT) != 0;
    if (!single) {
      take(header, 1);
      checkWindow(header.get(header.position() - 1) & 0xFF);
    }
    int size = CONTENT_SIZE_BYTES[descriptor >>> 6];
    size = single && size == 0 ? 1 : size;
    take(header, size);
    checkContent(header, size);
    checksum = (descriptor & CHECKSUM) != 0;
    head = header.flip();
  }

  private static void checkWindow(int window) throws DamagedObject {
    long base = 1L << (10 + (window >>> 3));
    if (base + base / 8 * (window & 7) > 1L << WINDOW_LOG) {
      throw new DamagedObject(
          "needs a window above " + (1 << WINDOW_LOG >> 20) + " MiB to be decompressed");
    }
  }

  private void checkContent(ByteBuffer header, int size) throws DamagedObject {
    int at = header.position() - size;
    long declared =
        switch (size) {
          case 0 -> content;
          case 1 -> header.get(at) & 0xFF;
          case 2 -> (header.getShort(at) & 0xFFFF) + 256;
          case 4 -> header.getInt(at) & 0xFFFFFFFFL;
          default -> header.getLong(at);
        };
    if (content >= 0 && declared != content) {
      throw new DamagedObject(
          "declares "
              + Long.toUnsignedString(declared)
              + " bytes of content where "
              + content
              + " have to be");
    }
  }

  private void blockHeader() throws IOException {
    ByteBuffer header = ByteBuffer.allocate(BLOCK_HEADER);
    take(header, BLOCK_HEADER);
    int bits = header.get(0) & 0xFF | (header.get(1) & 0xFF) << 8 | (header.get(2) & 0xFF) << 16;
    last = (bits & 1) != 0;
    int size = bits >>> 3;
    // A run is one byte, however often it is repeated.
    left = (bits >>> 1 & 3) == RUN ? 1 : size;
    head = header.flip();
  }

  private void take(ByteBuffer into, int bytes) throws IOException {
    if (in.readNBytes(into.array(), into.position(), bytes) < bytes) {
      throw truncated();
    }
    into.position(into.position() + bytes);
  }

  private static DamagedObject truncated() {
    return new DamagedObject("ends within its compressed frame");
  }

  /** Does nothing: the stream below is its owner's. */
  @Override
  public void close() {
    // See above.
  }
}
