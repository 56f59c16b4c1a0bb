package org.snapshotproxy.connectors.s3;

import com.github.luben.zstd.RecyclingBufferPool;
import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.IOException;
import java.io.InputStream;
import org.snapshotproxy.connectors.base.Blocks;

/**
 * Decompresses one zstd frame from outside, as it comes from the network: never more than it has to
 * hold, with no more memory than a window of 32 MiB, and nothing behind it.
 */
final class Frames {
  private Frames() {}

  /** Takes the blocks of a frame, one after the other. */
  @FunctionalInterface
  interface Blocked {
    /** The array, of {@link Blocks#SIZE} bytes, that block number {@code position} goes to. */
    byte[] at(int position);
  }

  /** Takes the content of a frame as a stream. */
  @FunctionalInterface
  interface Content<T> {
    T read(InputStream content) throws IOException;
  }

  /** The most bytes that a frame of so many blocks has. */
  static long longest(int blocks) {
    return Zstd.compressBound((long) blocks * Blocks.SIZE);
  }

  /**
   * Reads a frame of exactly {@code blocks} blocks, and the end of the stream behind it.
   *
   * @throws DamagedObject if it is anything else
   */
  static void read(InputStream in, int blocks, Blocked into) throws IOException {
    read(
        new OneFrame(in, (long) blocks * Blocks.SIZE),
        content -> {
          for (int i = 0; i < blocks; i++) {
            if (content.readNBytes(into.at(i), 0, Blocks.SIZE) < Blocks.SIZE) {
              throw new DamagedObject("holds only " + i + " of its " + blocks + " blocks");
            }
          }
          if (content.read() >= 0) {
            throw new DamagedObject("holds more than its " + blocks + " blocks");
          }
          return null;
        });
  }

  /**
   * Reads a frame.
   *
   * @throws DamagedObject if it cannot be decompressed, or the reader finds it to be so
   */
  static <T> T read(OneFrame in, Content<T> reader) throws IOException {
    try (ZstdInputStreamNoFinalizer frame =
        new ZstdInputStreamNoFinalizer(in, RecyclingBufferPool.INSTANCE)) {
      frame.setLongMax(OneFrame.WINDOW_LOG);
      return reader.read(frame);
    } catch (ZstdIOException e) {
      throw new DamagedObject("cannot be decompressed (" + e.getMessage() + ")");
    }
  }
}
