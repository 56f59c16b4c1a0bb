package org.snapshotproxy.pipelines.cli;

import java.util.function.Supplier;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.Origin;
import org.snapshotproxy.connectors.base.source.ListedOrigin;
import org.snapshotproxy.connectors.device.FileSystemOrigin;
import org.snapshotproxy.connectors.device.Fingerprint;
import org.snapshotproxy.connectors.device.Holes;
import org.snapshotproxy.connectors.device.LocalOrigin;

/** The image to upload: a local path, or a URI of one of Flink's file systems. */
final class UploadOrigin {
  private final Origin origin;
  private final long bytes;
  private final Supplier<Fingerprint> look;
  private final Fingerprint before;

  private UploadOrigin(Origin origin, long bytes, Supplier<Fingerprint> look) {
    this.origin = origin;
    this.bytes = bytes;
    this.look = look;
    this.before = look.get();
  }

  static UploadOrigin inspect(String path) {
    // A scheme is at least two letters, so that no drive letter is taken for one.
    if (path.matches("[A-Za-z][A-Za-z0-9+.-]+:.*") && !path.startsWith("file:")) {
      FileSystemOrigin remote = FileSystemOrigin.inspect(path);
      return new UploadOrigin(remote, remote.bytes(), remote::fingerprint);
    }
    LocalOrigin local = LocalOrigin.inspect(PathName.parse(path));
    return new UploadOrigin(local, local.bytes(), local::fingerprint);
  }

  long bytes() {
    return bytes;
  }

  /** Whether it is a block device of this machine. */
  boolean isBlockDevice() {
    return origin instanceof LocalOrigin local && local.isBlockDevice();
  }

  /** What it has data of, and no holes. */
  Origin origin() {
    return origin;
  }

  /**
   * The origin for a transfer to a fresh destination.
   *
   * @param everything whether holes are sent as well
   */
  Origin origin(boolean everything) {
    return everything && origin instanceof LocalOrigin local ? local.withHoles(Holes.MOVE) : origin;
  }

  /** The origin that clears whatever it has no data for, up to the volume's end. */
  ListedOrigin covering(int volumeGiB) {
    long volume = volumeGiB * Blocks.GIB;
    return origin instanceof LocalOrigin local
        ? local.covering(volume)
        : ((FileSystemOrigin) origin).covering(volume);
  }

  /**
   * Tells this content of the image from a later one: the same run may only go on with the same.
   */
  String identity() {
    return before.bytes() + " " + before.modified();
  }

  /** Whether the image still looks as it did when it was inspected. */
  boolean isUnchanged() {
    return look.get().equals(before);
  }
}
