package org.snapshotproxy.connectors.device;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.snapshotproxy.connectors.base.BlockReader;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.base.Masks;
import org.snapshotproxy.connectors.base.SegmentDescriptor;

/**
 * Reads blocks by position from one shared channel. Thread-safe. Java closes the channel when a
 * reading thread is interrupted, so interrupt only to give up the whole reader.
 */
final class LocalReader implements BlockReader {
  private final LocalOrigin origin;
  private final FileChannel channel;

  LocalReader(LocalOrigin origin) {
    this.origin = origin;
    try {
      origin.identity().require(Path.of(origin.path()));
      this.channel = FileChannel.open(Path.of(origin.path()), StandardOpenOption.READ);
    } catch (IOException e) {
      throw new FspException(
          "Cannot read "
              + origin.path()
              + " here: "
              + LocalPath.reason(e)
              + "."
              + origin.identity().advice(),
          e);
    }
  }

  @Override
  public byte[] read(SegmentDescriptor descriptor, int position, byte[] into)
      throws IOException, InterruptedException {
    int block = Masks.indexes(descriptor.segment(), descriptor.move())[position];
    long offset = Blocks.offset(block);
    int length = (int) Math.max(0, Math.min(Blocks.SIZE, origin.bytes() - offset));
    ByteBuffer buffer = ByteBuffer.wrap(into, 0, length);
    try {
      while (buffer.hasRemaining()) {
        if (channel.read(buffer, offset + buffer.position()) < 0) {
          throw origin.shrunk(channel.size());
        }
      }
    } catch (ClosedByInterruptException e) {
      throw interrupted(e);
    } catch (IOException e) {
      throw new IOException(
          "Cannot read block " + block + " of " + origin.path() + ": " + LocalPath.reason(e) + ".",
          e);
    }
    Arrays.fill(into, length, Blocks.SIZE, (byte) 0);
    return null;
  }

  static InterruptedException interrupted(ClosedByInterruptException e) {
    Thread.interrupted(); // the exception carries it from here
    InterruptedException interrupted = new InterruptedException();
    interrupted.initCause(e);
    return interrupted;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
