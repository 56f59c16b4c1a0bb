package org.snapshotproxy.connectors.device;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.snapshotproxy.connectors.base.FspException;

/**
 * A directory for the map of a volume, on any file system that Flink knows. It holds one map: it is
 * new or empty before, and whole where {@link #WHOLE} stands in it. Immutable.
 *
 * @param path the directory with its scheme
 * @param existed whether it was there, empty, when it was looked at
 */
public record MapDirectory(Path path, boolean existed) {
  /** The name of the empty file that is written last. */
  public static final String WHOLE = "_SUCCESS";

  /**
   * Understands a path or the URI of a directory, and looks at it.
   *
   * @throws FspException if it is neither, Flink knows no such file system, it is out of reach, or
   *     something is there already
   */
  public static MapDirectory fresh(String text) {
    Path path = pathOf(text);
    try {
      FileSystem files = FileSystemOrigin.fileSystem(path);
      if (files.exists(path) && !files.getFileStatus(path).isDir()) {
        throw new FspException(text + " is a file; a map needs a directory.");
      }
      if (list(path).length > 0) {
        throw new FspException(
            text
                + " is not empty, and two maps in it would be mixed; name a new directory, or empty it.");
      }
      return new MapDirectory(path, files.exists(path));
    } catch (IOException e) {
      throw new FspException(
          "Cannot use the directory " + text + ": " + LocalPath.reason(e) + ".", e);
    }
  }

  private static Path pathOf(String text) {
    try {
      if (text.isEmpty()) {
        throw new IllegalArgumentException("it is empty");
      }
      // A scheme is at least two letters, so that no drive letter is taken for one.
      return text.matches("[A-Za-z][A-Za-z0-9+.-]+:.*")
          ? new Path(text)
          : new Path(java.nio.file.Path.of(text).toAbsolutePath().toUri());
    } catch (InvalidPathException e) {
      throw new FspException("'" + text + "' is not a path: " + e.getReason() + ".", e);
    } catch (IllegalArgumentException e) {
      throw new FspException(
          "'" + text + "' is neither a path nor the URI of a directory: " + e.getMessage() + ".",
          e);
    }
  }

  /** What is in a directory; nothing where there is none. */
  private static FileStatus[] list(Path path) throws IOException {
    try {
      FileStatus[] there = FileSystemOrigin.fileSystem(path).listStatus(path);
      return there == null ? new FileStatus[0] : there;
    } catch (FileNotFoundException e) {
      return new FileStatus[0];
    }
  }

  /**
   * Says that the map is whole, once what restarts of the job left unfinished is deleted.
   *
   * @param prefix that the names of the run's files begin with
   */
  public void finish(String prefix) throws IOException {
    delete("." + prefix);
    FileSystemOrigin.fileSystem(path)
        .create(new Path(path, WHOLE), FileSystem.WriteMode.OVERWRITE)
        .close();
  }

  /**
   * Deletes what a failed run left, and nothing else.
   *
   * @param prefix that the names of the run's files begin with
   */
  public void abandon(String prefix) throws IOException {
    delete("." + prefix);
    delete(prefix);
    delete(WHOLE);
    if (!existed && list(path).length == 0) {
      FileSystemOrigin.fileSystem(path).delete(path, false);
    }
  }

  private void delete(String prefix) throws IOException {
    for (FileStatus file : list(path)) {
      if (file.getPath().getName().startsWith(prefix)) {
        FileSystemOrigin.fileSystem(path).delete(file.getPath(), false);
      }
    }
  }
}
