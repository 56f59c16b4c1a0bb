package org.snapshotproxy.connectors.device;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.snapshotproxy.connectors.base.Block;
import org.snapshotproxy.connectors.base.BlockWriter;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.FspException;

/**
 * Writes blocks by position to a file or a block device. Zeros, moved or cleared, become holes
 * where that is possible, and in any case read as zeros. No file system acknowledges a digest: what
 * it took it gives back, or the next sync fails. Thread-safe. Java closes the channel when a
 * writing thread is interrupted, so interrupt only to give up the whole writer.
 */
final class LocalWriter implements BlockWriter {
  private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(Blocks.SIZE);

  private final Path path;
  private final long volumeBytes;
  private final boolean durable;
  private final FileChannel channel;
  private final Linux.Descriptor allocator;
  private volatile boolean punches = Linux.PRESENT;
  private volatile boolean zeroes = Linux.PRESENT;

  LocalWriter(Path path, LocalIdentity identity, long volumeBytes, boolean durable) {
    this.path = path;
    this.volumeBytes = volumeBytes;
    this.durable = durable;
    try {
      identity.require(path);
      this.channel = FileChannel.open(path, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw unusable(identity, e);
    }
    this.allocator = openAllocator(identity);
  }

  private Linux.Descriptor openAllocator(LocalIdentity identity) {
    if (!Linux.PRESENT) {
      return null;
    }
    try {
      return Linux.Descriptor.toWrite(path);
    } catch (IOException e) {
      FspException failure = unusable(identity, e);
      try {
        channel.close();
      } catch (IOException closing) {
        failure.addSuppressed(closing);
      }
      throw failure;
    }
  }

  private FspException unusable(LocalIdentity identity, IOException e) {
    return new FspException(
        "Cannot write to " + path + " here: " + LocalPath.reason(e) + "." + identity.advice(), e);
  }

  @Override
  public void put(Block block) throws IOException, InterruptedException {
    long offset = Blocks.offset(block.index());
    int length = (int) lengthWithin(block.index(), 1);
    try {
      if (block.isZero()) {
        zero(offset, length);
      } else {
        write(ByteBuffer.wrap(block.buffer().bytes(), 0, length), offset);
      }
    } catch (ClosedByInterruptException e) {
      throw LocalReader.interrupted(e);
    } catch (IOException e) {
      throw failure("block " + block.index(), e);
    }
  }

  @Override
  public void clear(int firstBlock, int count) throws IOException, InterruptedException {
    try {
      zero(Blocks.offset(firstBlock), lengthWithin(firstBlock, count));
    } catch (ClosedByInterruptException e) {
      throw LocalReader.interrupted(e);
    } catch (IOException e) {
      throw failure("blocks " + firstBlock + " to " + (firstBlock + count - 1), e);
    }
  }

  /** A block outside the volume is a mistake upstream; writing it would hurt what lies behind. */
  private long lengthWithin(int firstBlock, int count) {
    long offset = Blocks.offset(firstBlock);
    if (firstBlock < 0 || count < 1 || Blocks.offset(firstBlock + count - 1) >= volumeBytes) {
      throw new IllegalArgumentException(
          count + " blocks from " + firstBlock + " on lie outside the volume of " + path);
    }
    return Math.min(volumeBytes - offset, (long) count * Blocks.SIZE);
  }

  private void zero(long offset, long length) throws IOException {
    if (punches && allocator.punchHole(offset, length)) {
      return;
    }
    punches = false;
    if (zeroes && allocator.zeroRange(offset, length)) {
      return;
    }
    zeroes = false;
    for (long done = 0; done < length; done += Blocks.SIZE) {
      int part = (int) Math.min(Blocks.SIZE, length - done);
      write(ZEROS.duplicate().limit(part), offset + done);
    }
  }

  private void write(ByteBuffer buffer, long offset) throws IOException {
    int start = buffer.position();
    while (buffer.hasRemaining()) {
      channel.write(buffer, offset + buffer.position() - start);
    }
  }

  @Override
  public void sync() throws IOException {
    try {
      channel.force(false);
    } catch (IOException e) {
      throw failure("the blocks before a checkpoint", e);
    }
  }

  @Override
  public boolean syncs() {
    return durable;
  }

  private IOException failure(String what, IOException e) {
    return LocalFailures.writing(path, what, e);
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      if (allocator != null) {
        allocator.close();
      }
    }
  }
}
