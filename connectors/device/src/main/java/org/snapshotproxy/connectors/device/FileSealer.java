package org.snapshotproxy.connectors.device;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.base.Seal;
import org.snapshotproxy.connectors.base.Sealer;

/**
 * Gives the whole file its name: bytes to the disk, rename, name to the disk. After a crash between
 * any two of these a second call does what is left. The marker of a delta that was begun on the old
 * file goes last.
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
    if (!isSealed()) {
      try {
        finish();
      } catch (NoSuchFileException e) {
        checkSealed(e);
      }
    }
    // The old file may have been left half-way by a delta; the new one is whole. The marker goes
    // only when the new name is on the disk.
    forceDirectory();
    DeltaMarker.of(target).remove();
  }

  private void forceDirectory() throws IOException {
    try (FileChannel directory = FileChannel.open(target.getParent(), StandardOpenOption.READ)) {
      directory.force(true);
    }
  }

  /** An old target of the same length is another file, so its length alone proves nothing. */
  private boolean isSealed() throws IOException {
    return Files.isRegularFile(target)
        && LocalIdentity.of(target).number().equals(destination.identity().number())
        && Files.size(target) == destination.volumeBytes();
  }

  private void finish() throws IOException {
    checkLength();
    try (FileChannel file = FileChannel.open(partial, StandardOpenOption.WRITE)) {
      file.force(true);
    } catch (NoSuchFileException | ClosedByInterruptException e) {
      throw e;
    } catch (IOException e) {
      throw LocalFailures.lost(partial, e);
    }
    rename();
  }

  /** The partial is gone: an earlier attempt that was slow to die may just have renamed it. */
  private void checkSealed(NoSuchFileException cause) throws IOException {
    if (!isSealed()) {
      throw new FspException(
          "Cannot finish "
              + target
              + ": the partial file "
              + partial
              + " is gone, and the target is not the file this run wrote.",
          cause);
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

  private void rename() throws NoSuchFileException {
    try {
      Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException e) {
      throw e;
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

  @Override
  public void close() {
    // Holds nothing open between calls.
  }
}
