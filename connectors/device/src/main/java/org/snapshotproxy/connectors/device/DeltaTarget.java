package org.snapshotproxy.connectors.device;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.snapshotproxy.connectors.base.FspException;

/**
 * A file or a block device that holds one snapshot and is to become another, by writing the changes
 * over it. Used on the client, before the job; for one thread.
 *
 * @param whole the path, and the volume it is to become
 * @param first id of the snapshot it holds
 * @param second id of the snapshot it is to become
 * @param baseBytes bytes of the first snapshot's volume, at most the second's
 */
public record DeltaTarget(LocalTarget whole, String first, String second, long baseBytes) {
  public DeltaTarget {
    if (baseBytes < 1 || baseBytes > whole.volumeBytes()) {
      throw new IllegalArgumentException(
          "A volume of " + baseBytes + " bytes cannot become one of " + whole.volumeBytes());
    }
  }

  private String delta() {
    return first + " " + second;
  }

  /**
   * Checks all that can be checked, and writes nothing.
   *
   * @return sentences for the user; nothing that stops a run
   * @throws FspException if the target cannot be the first snapshot, or is between two others
   */
  public List<String> check() {
    if (whole.isDevice()) {
      return whole.check();
    }
    Path file = whole.path();
    if (LocalPath.kindOf(file) == LocalPath.Kind.MISSING) {
      throw new FspException(
          "There is no file or block device " + file + " that could hold " + first + ".");
    }
    DeltaMarker marker = DeltaMarker.of(file);
    marker.requireSame(delta());
    checkLength(file);
    if (!Files.isWritable(file)) {
      throw new FspException("The target " + file + " is write-protected.");
    }
    Path directory = marker.path().getParent();
    if (!Files.isWritable(directory)) {
      throw new FspException(
          "Cannot create a file in "
              + directory
              + ", and the marker of an unfinished delta has to stand there: permission denied or"
              + " read-only.");
    }
    return List.of();
  }

  private void checkLength(Path file) {
    long bytes;
    try {
      bytes = LocalPath.sizeOf(file);
    } catch (IOException e) {
      throw new FspException("Cannot read " + file + ": " + LocalPath.reason(e) + ".", e);
    }
    // A run of this delta, finished or not, made it as long as the second volume.
    if (bytes != baseBytes && bytes != whole.volumeBytes()) {
      throw new FspException(
          file
              + " has "
              + LocalPath.bytes(bytes)
              + ", the volume of "
              + first
              + " "
              + LocalPath.bytes(baseBytes)
              + ", so it is not that snapshot.");
    }
  }

  /**
   * Whether an earlier run of the same delta began to write to it. Of a device nobody can tell.
   *
   * @throws FspException if a run of another delta did
   */
  public boolean isBegun() {
    return !whole.isDevice()
        && Files.exists(whole.path())
        && DeltaMarker.of(whole.path()).requireSame(delta());
  }

  /**
   * Checks, then marks a file as unfinished and extends it to the second volume's size. From here
   * on it is neither the one nor the other snapshot until it is sealed.
   *
   * @param runId the run's identity, as {@link LocalTarget#prepare} takes it
   */
  public LocalTarget.Prepared prepare(String runId) {
    if (whole.isDevice()) {
      return whole.prepare(runId);
    }
    List<String> warnings = check();
    DeltaMarker marker = DeltaMarker.of(whole.path());
    boolean created = marker.create(delta());
    try {
      Path file = whole.path().toRealPath();
      try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
        if (open.length() < whole.volumeBytes()) {
          open.setLength(whole.volumeBytes());
        }
      }
      return new LocalTarget.Prepared(
          new InPlaceDestination(
              file.toString(),
              LocalIdentity.of(file),
              whole.volumeBytes(),
              whole.durableCheckpoints()),
          warnings);
    } catch (IOException e) {
      FspException failure =
          new FspException(
              "Cannot make "
                  + whole.path()
                  + " "
                  + LocalPath.bytes(whole.volumeBytes())
                  + " long: "
                  + LocalPath.reason(e)
                  + ".",
              e);
      if (created) {
        removeQuietly(marker, failure);
      }
      throw failure;
    }
  }

  /** Nothing was written yet, so the target is still what it was. */
  private static void removeQuietly(DeltaMarker marker, FspException failure) {
    try {
      marker.remove();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }
}
