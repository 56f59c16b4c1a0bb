package org.snapshotproxy.connectors.device;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.snapshotproxy.connectors.base.FspException;

/**
 * The file beside a target that says: a delta is being written over it, so it is neither what it
 * was nor what it is to be. It is on the disk before the first byte is written, and is taken away
 * when the last one is on the disk.
 *
 * @param path of the marker
 */
record DeltaMarker(Path path) {
  private static final String SUFFIX = ".fsp-delta";

  /** The marker of a target, symbolic links followed. */
  static DeltaMarker of(Path target) {
    try {
      Path real = target.toRealPath();
      return new DeltaMarker(real.resolveSibling("." + real.getFileName() + SUFFIX));
    } catch (IOException e) {
      throw new FspException("Cannot look at " + target + ": " + LocalPath.reason(e) + ".", e);
    }
  }

  /** The delta it stands for; empty where there is no marker. */
  Optional<String> delta() {
    try {
      if (!Files.exists(path)) {
        return Optional.empty();
      }
      return Optional.of(Files.readString(path).strip());
    } catch (IOException e) {
      throw new FspException("Cannot read " + path + ": " + LocalPath.reason(e) + ".", e);
    }
  }

  /**
   * Creates it, on the disk when this returns.
   *
   * @return false if the marker of the same delta was there already
   */
  boolean create(String delta) {
    try (FileChannel file =
        FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer content = ByteBuffer.wrap((delta + "\n").getBytes(StandardCharsets.UTF_8));
      while (content.hasRemaining()) {
        file.write(content);
      }
      file.force(true);
      forceDirectory();
      return true;
    } catch (FileAlreadyExistsException e) {
      requireSame(delta);
      return false;
    } catch (IOException e) {
      throw new FspException("Cannot create " + path + ": " + LocalPath.reason(e) + ".", e);
    }
  }

  /** Refuses the marker of another delta; whether there is one. */
  boolean requireSame(String delta) {
    Optional<String> found = delta();
    if (found.isPresent() && !found.get().equals(delta)) {
      throw new FspException(halfway(found.get()));
    }
    return found.isPresent();
  }

  /** Refuses a target that has a marker, whatever it stands for. */
  void requireNone() {
    Optional<String> found = delta();
    if (found.isPresent()) {
      throw new FspException(halfway(found.get()));
    }
  }

  private String halfway(String delta) {
    String target = path.getFileName().toString();
    target = target.substring(1, target.length() - SUFFIX.length());
    String file = path.resolveSibling(target).toString();
    if (delta.isEmpty()) {
      return path + " was left by a run that ended before it wrote to " + file + "; delete it.";
    }
    return file
        + " is neither the one nor the other of "
        + delta.replace(" ", " and ")
        + ", for a delta was begun and not finished; repeat 'deltadownload "
        + delta
        + "' onto it, or download a whole snapshot over it.";
  }

  /** Takes it away, for good when this returns. Without effect where there is none. */
  void remove() throws IOException {
    Files.deleteIfExists(path);
    forceDirectory();
  }

  private void forceDirectory() throws IOException {
    try (FileChannel directory = FileChannel.open(path.getParent(), StandardOpenOption.READ)) {
      directory.force(true);
    }
  }
}
