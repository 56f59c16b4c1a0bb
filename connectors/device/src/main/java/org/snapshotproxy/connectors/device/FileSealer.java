package org.snapshotproxy.connectors.device;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.base.Seal;
import org.snapshotproxy.connectors.base.Sealer;

/**
 * Gives the whole file its name: bytes to the disk, rename, name to the disk. After a crash between
 * any two of these a second call does what is left.
 */
final class FileSealer implements Sealer {
  private final FileDestination destination;
  private final Path target;
  private final Path partial;

  FileSealer(FileDestination destination) {
    this.destination = destination;
    this.target = Path.of(destination.target());
    this.partial = Path.of(destination.partial());
  }

  @Override
  public void seal(Seal seal) throws IOException {
    if (Files.exists(partial)) {
      checkLength();
      try (FileChannel file = FileChannel.open(partial, StandardOpenOption.WRITE)) {
        file.force(true);
      }
      rename();
    } else if (!isSealed()) {
      throw new FspException(
          "Cannot finish "
              + target
              + ": the partial file "
              + partial
              + " is gone, and the target is not the file this run wrote.");
    }
    try (FileChannel directory = FileChannel.open(target.getParent(), StandardOpenOption.READ)) {
      directory.force(true);
    }
  }

  private void checkLength() throws IOException {
    long length = Files.size(partial);
    if (length != destination.volumeBytes()) {
      throw new FspException(
          "Cannot finish "
              + target
              + ": the partial file "
              + partial
              + " has "
              + LocalPath.bytes(length)
              + " instead of "
              + LocalPath.bytes(destination.volumeBytes())
              + "; somebody else changed it.");
    }
  }

  private void rename() {
    try {
      Files.move(
          partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new FspException(
          "Cannot rename the finished "
              + partial
              + " to "
              + target
              + ": "
              + LocalPath.reason(e)
              + ".",
          e);
    }
  }

  /** An old target of the same length is another file, so its length proves nothing. */
  private boolean isSealed() throws IOException {
    return Files.isRegularFile(target)
        && (Long) Files.getAttribute(target, "unix:ino") == destination.inode();
  }

  @Override
  public void close() {
    // Holds nothing open between calls.
  }
}
