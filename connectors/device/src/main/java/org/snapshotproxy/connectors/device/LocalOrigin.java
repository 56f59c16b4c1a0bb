package org.snapshotproxy.connectors.device;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.connector.source.Source;
import org.snapshotproxy.connectors.base.BlockReader;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.base.SegmentDescriptor;
import org.snapshotproxy.connectors.base.source.ListedOrigin;
import org.snapshotproxy.connectors.base.source.RangeSource;
import org.snapshotproxy.connectors.base.source.SegmentLister;

/**
 * A local file, perhaps with holes, or a block device, of any length. The last block is padded with
 * zeros. No digest is declared. Immutable; every task manager that reads must see the path.
 *
 * <p>A file that shrinks while it is read fails the run; one that is changed in place does not, so
 * compare {@link #fingerprint()} before and after.
 *
 * @param path absolute path, symbolic links followed when it is opened
 * @param identity the file or device as it was on the client
 * @param bytes length in bytes, 1 to 64 TiB
 * @param holes what becomes of blocks that overlap no data
 * @param volumeBytes with {@link Holes#CLEAR}, the length up to which blocks past the end are
 *     cleared as well; at least {@code bytes}
 */
@PublicEvolving
public record LocalOrigin(
    String path, LocalIdentity identity, long bytes, Holes holes, long volumeBytes)
    implements ListedOrigin {
  public LocalOrigin {
    if (bytes < 1 || volumeBytes < bytes || volumeBytes > LocalPath.MAX_BYTES) {
      throw new IllegalArgumentException(
          "Not an origin: " + bytes + " bytes in a volume of " + volumeBytes);
    }
  }

  /**
   * Looks at a file or block device; holes are skipped.
   *
   * @throws FspException if it is missing, not a file or block device, unreadable, empty, larger
   *     than 64 TiB, or left half-way by a delta
   */
  public static LocalOrigin inspect(Path path) {
    LocalPath.Kind kind = LocalPath.kindOf(path);
    if (kind == LocalPath.Kind.MISSING) {
      throw new FspException("There is no file or block device " + path + ".");
    }
    if (kind != LocalPath.Kind.REGULAR && kind != LocalPath.Kind.BLOCK_DEVICE) {
      throw new FspException(
          path + " is " + kind.words() + "; only a regular file or a block device can be read.");
    }
    if (kind == LocalPath.Kind.REGULAR) {
      DeltaMarker.of(path).requireNone();
    }
    long bytes;
    LocalIdentity identity;
    try {
      identity = LocalIdentity.of(path);
      bytes = LocalPath.sizeOf(path);
    } catch (IOException e) {
      throw new FspException("Cannot read " + path + ": " + LocalPath.reason(e) + ".", e);
    }
    checkLength(path.toString(), bytes);
    return new LocalOrigin(path.toAbsolutePath().toString(), identity, bytes, Holes.SKIP, bytes);
  }

  static void checkLength(String name, long bytes) {
    if (bytes == 0) {
      throw new FspException(name + " is empty; a snapshot has at least one block.");
    }
    if (bytes > LocalPath.MAX_BYTES) {
      throw new FspException(
          name
              + " has "
              + LocalPath.bytes(bytes)
              + "; the largest volume has "
              + LocalPath.bytes(LocalPath.MAX_BYTES)
              + ".");
    }
  }

  /** The same origin with other holes. */
  public LocalOrigin withHoles(Holes other) {
    return new LocalOrigin(path, identity, bytes, other, volumeBytes);
  }

  /** The same origin, clearing whatever it has no data for, up to {@code volume} bytes. */
  public LocalOrigin covering(long volume) {
    return new LocalOrigin(path, identity, bytes, Holes.CLEAR, volume);
  }

  /**
   * The same origin without what stands behind its first bytes; they read as zeros.
   *
   * @param length bytes that are left, 1 to {@link #bytes()}
   */
  public LocalOrigin first(long length) {
    if (length > bytes) {
      throw new IllegalArgumentException(path + " has no " + length + " bytes");
    }
    return new LocalOrigin(path, identity, length, holes, length);
  }

  /** Whether it is a block device now. */
  public boolean isBlockDevice() {
    return LocalPath.kindOf(Path.of(path)) == LocalPath.Kind.BLOCK_DEVICE;
  }

  /**
   * The state of the file or device now.
   *
   * @throws FspException if it cannot be looked at any more
   */
  public Fingerprint fingerprint() {
    Path file = Path.of(path);
    try {
      long modified =
          LocalPath.kindOf(file) == LocalPath.Kind.BLOCK_DEVICE
              ? 0
              : Files.getLastModifiedTime(file).to(TimeUnit.NANOSECONDS);
      return new Fingerprint(LocalPath.sizeOf(file), modified);
    } catch (IOException e) {
      throw new FspException("Cannot look at " + path + ": " + LocalPath.reason(e) + ".", e);
    }
  }

  @Override
  public String name() {
    return path;
  }

  @Override
  public Source<SegmentDescriptor, ?, ?> source() {
    // One range at a time: a listing is a few system calls, far ahead of the reading.
    return new RangeSource(lister(), segments(), 1);
  }

  @Override
  public SegmentLister.Factory lister() {
    LocalOrigin self = this;
    return () -> new LocalLister(self);
  }

  @Override
  public int segments() {
    return Blocks.segmentsFor(holes == Holes.CLEAR ? volumeBytes : bytes);
  }

  @Override
  public BlockReader openReader() {
    return new LocalReader(this);
  }

  FspException shrunk(long now) {
    return new FspException(
        path
            + " shrank from "
            + LocalPath.bytes(bytes)
            + " to "
            + LocalPath.bytes(now)
            + " while it was read; start again once nothing writes to it.");
  }
}
