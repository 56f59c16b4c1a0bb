package org.snapshotproxy.connectors.device;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import org.snapshotproxy.connectors.base.BlockDigests;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.Digests;
import org.snapshotproxy.connectors.base.FspException;

/**
 * The digests of a file's or a block device's blocks; past the end it reads as zeros. Holes are
 * passed over unread where the file system tells them. Each call holds {@value #CHUNK} bytes.
 * Thread-safe, but for interrupts: Java then closes the channel.
 */
public final class LocalDigests implements BlockDigests {
  private static final int CHUNK = 64 << 10;
  private static final ByteBuffer ZEROS = ByteBuffer.allocate(CHUNK).asReadOnlyBuffer();

  private final Path path;
  private final FileChannel channel;
  private final Linux.Descriptor holes;

  private LocalDigests(Path path, LocalIdentity identity) {
    this.path = path;
    try {
      identity.require(path);
      this.channel = FileChannel.open(this.path, StandardOpenOption.READ);
    } catch (IOException e) {
      throw unreadable(identity, e);
    }
    this.holes = openHoles(identity);
  }

  /**
   * A file or a block device as it is now, to be opened elsewhere.
   *
   * @throws FspException if it cannot be looked at; and, when opened, if the path cannot be read
   *     there or is something else there
   */
  public static BlockDigests.Factory of(Path path) {
    try {
      String real = path.toRealPath().toString();
      LocalIdentity identity = LocalIdentity.of(path);
      return () -> new LocalDigests(Path.of(real), identity);
    } catch (IOException e) {
      throw new FspException("Cannot look at " + path + ": " + LocalPath.reason(e) + ".", e);
    }
  }

  private Linux.Descriptor openHoles(LocalIdentity identity) {
    if (!Linux.PRESENT) {
      return null;
    }
    try {
      return Linux.Descriptor.toRead(path);
    } catch (IOException e) {
      FspException failure = unreadable(identity, e);
      try {
        channel.close();
      } catch (IOException closing) {
        failure.addSuppressed(closing);
      }
      throw failure;
    }
  }

  private FspException unreadable(LocalIdentity identity, IOException e) {
    return new FspException(
        "Cannot read " + path + " here: " + LocalPath.reason(e) + "." + identity.advice(), e);
  }

  @Override
  public byte[] digest(int block) throws IOException, InterruptedException {
    MessageDigest digest = Digests.newSha256();
    read(
        block,
        chunk -> {
          digest.update(chunk);
          return true;
        });
    return digest.digest();
  }

  @Override
  public int firstNonZero(int firstBlock, int count) throws IOException, InterruptedException {
    for (int block = firstBlock; block < firstBlock + count; block++) {
      if (isHoleUpTo(Blocks.offset(block), Blocks.offset(firstBlock + count))) {
        return -1;
      }
      if (!read(block, chunk -> chunk.mismatch(ZEROS.duplicate()) < 0)) {
        return block;
      }
    }
    return -1;
  }

  private boolean isHoleUpTo(long from, long end) throws IOException {
    return holes != null && holes.nextData(from) >= end;
  }

  /** Receives a chunk of a block, and says whether to go on. */
  private interface Visitor {
    boolean visit(ByteBuffer chunk);
  }

  /** Shows a block chunk by chunk; false if the visitor did not want the rest. */
  private boolean read(int block, Visitor visitor) throws IOException, InterruptedException {
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
    try {
      for (long at = Blocks.offset(block); at < Blocks.offset(block + 1); at += CHUNK) {
        chunk.clear();
        fill(chunk, at);
        if (!visitor.visit(chunk.flip())) {
          return false;
        }
      }
      return true;
    } catch (ClosedByInterruptException e) {
      throw LocalReader.interrupted(e);
    } catch (IOException e) {
      throw new IOException(
          "Cannot read block " + block + " of " + path + ": " + LocalPath.reason(e) + ".", e);
    }
  }

  private void fill(ByteBuffer chunk, long at) throws IOException {
    while (chunk.hasRemaining()) {
      if (channel.read(chunk, at + chunk.position()) < 0) {
        chunk.put(ZEROS.duplicate().limit(chunk.remaining()));
      }
    }
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      if (holes != null) {
        holes.close();
      }
    }
  }
}
