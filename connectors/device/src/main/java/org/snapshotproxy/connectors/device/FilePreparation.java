package org.snapshotproxy.connectors.device;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.snapshotproxy.connectors.base.FspException;

/** Makes the place of a file target ready: the partial file that takes its name in the end. */
final class FilePreparation {
  private static final String MARK = ".fsp-";
  private static final String SUFFIX = ".partial";

  /** As many symbolic links as Linux follows. */
  private static final int MOST_LINKS = 40;

  private final LocalTarget asked;
  private final Path target;
  private final Path directory;

  FilePreparation(LocalTarget asked) {
    this.asked = asked;
    this.target = resolve(asked.path());
    this.directory = target.getParent();
  }

  /** Follows links to the last one, whose end need not exist yet. */
  static Path resolve(Path path) {
    Path at = path.toAbsolutePath();
    try {
      for (int links = 0; Files.isSymbolicLink(at); links++) {
        if (links == MOST_LINKS) {
          throw new FspException(path + " is a symbolic link that leads to itself.");
        }
        at = at.resolveSibling(Files.readSymbolicLink(at));
      }
      Path parent = at.getParent();
      if (parent == null || !Files.isDirectory(parent)) {
        throw new FspException(
            "The directory " + parent + " of the target " + path + " does not exist.");
      }
      return parent.toRealPath().resolve(at.getFileName());
    } catch (IOException e) {
      throw new FspException("Cannot look at " + path + ": " + LocalPath.reason(e) + ".", e);
    }
  }

  /**
   * Checks without writing.
   *
   * @param runId the run whose own partial is no stale one, or null before there is a run
   */
  List<String> check(String runId) {
    if (!Files.isWritable(directory)) {
      throw new FspException(
          "Cannot create a file in " + directory + ": permission denied or read-only.");
    }
    if (Files.exists(target) && !Files.isWritable(target)) {
      throw new FspException("The target " + target + " is write-protected.");
    }
    if (Kernel.RUNNING.mounts().stream()
        .anyMatch(mount -> mount.point().equals(target.toString()))) {
      throw new FspException(
          "The target "
              + target
              + " is itself a mount point, which no file can replace; mount its directory"
              + " instead, or choose another name.");
    }
    List<String> warnings = new ArrayList<>();
    try {
      checkLargestFile();
      warnOfSpace(warnings);
      warnOfStale(runId, warnings);
    } catch (IOException e) {
      throw new FspException("Cannot look into " + directory + ": " + LocalPath.reason(e) + ".", e);
    }
    return warnings;
  }

  /** Only where the type tells; elsewhere setting the length tells, before the job starts. */
  private void checkLargestFile() throws IOException {
    FileStore store = Files.getFileStore(directory);
    long largest =
        switch (store.type()) {
          case "vfat", "msdos" -> (4L << 30) - 1;
          case "ext4" -> store.getBlockSize() * 0xFFFF_FFFFL;
          default -> Long.MAX_VALUE;
        };
    if (asked.volumeBytes() > largest) {
      throw new FspException(
          "The "
              + store.type()
              + " file system of "
              + directory
              + " holds files of at most "
              + LocalPath.bytes(largest)
              + ", the volume has "
              + LocalPath.bytes(asked.volumeBytes())
              + ".");
    }
  }

  private void warnOfSpace(List<String> warnings) throws IOException {
    long free = Files.getFileStore(directory).getUsableSpace();
    if (free < asked.volumeBytes()) {
      warnings.add(
          directory
              + " has "
              + LocalPath.bytes(free)
              + " free, the volume "
              + LocalPath.bytes(asked.volumeBytes())
              + "; only blocks that are not zero take space, so it may or may not fit.");
    }
  }

  private void warnOfStale(String runId, List<String> warnings) throws IOException {
    String prefix = "." + target.getFileName() + MARK;
    DirectoryStream.Filter<Path> stale =
        entry -> {
          String name = entry.getFileName().toString();
          return name.startsWith(prefix)
              && name.endsWith(SUFFIX)
              && (runId == null || !entry.equals(partial(runId)));
        };
    try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, stale)) {
      for (Path each : found) {
        warnings.add(
            each + " is left from an earlier run; delete it unless that run is still going.");
      }
    }
  }

  private Path partial(String runId) {
    return directory.resolve("." + target.getFileName() + MARK + runId + SUFFIX);
  }

  /** Checks, then creates the partial file, or finds the one this very run created before. */
  LocalTarget.Prepared prepare(String runId) {
    List<String> warnings = check(runId);
    Path partial = partial(runId);
    boolean created = create(partial);
    try {
      if (created && Files.exists(target)) {
        copyOwnership(partial, warnings);
      }
      try (RandomAccessFile file = new RandomAccessFile(partial.toFile(), "rw")) {
        file.setLength(asked.volumeBytes());
      }
      return new LocalTarget.Prepared(
          new FileDestination(
              target.toString(),
              partial.toString(),
              LocalIdentity.of(partial),
              asked.volumeBytes(),
              asked.durableCheckpoints()),
          warnings);
    } catch (IOException e) {
      FspException failure =
          new FspException(
              "Cannot make "
                  + partial
                  + " "
                  + LocalPath.bytes(asked.volumeBytes())
                  + " long: "
                  + LocalPath.reason(e)
                  + ".",
              e);
      if (created) {
        deleteQuietly(partial, failure);
      }
      throw failure;
    }
  }

  /**
   * An existing partial of this run is kept with its content: another driver of the same run may be
   * writing it, and it writes the same.
   */
  private boolean create(Path partial) {
    try {
      if (Files.exists(target)) {
        // Nobody who may not read the target may read its replacement, at no time.
        Files.createFile(
            partial,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      } else {
        Files.createFile(partial);
      }
      return true;
    } catch (FileAlreadyExistsException e) {
      if (!Files.isRegularFile(partial, LinkOption.NOFOLLOW_LINKS)) {
        throw new FspException(partial + " is in the way: it is not a regular file.", e);
      }
      return false;
    } catch (IOException e) {
      throw new FspException("Cannot create " + partial + ": " + LocalPath.reason(e) + ".", e);
    }
  }

  /** Owner and group as far as this user may, then the mode: it follows them, as chown clears. */
  private void copyOwnership(Path partial, List<String> warnings) throws IOException {
    PosixFileAttributes old = Files.readAttributes(target, PosixFileAttributes.class);
    PosixFileAttributeView view = Files.getFileAttributeView(partial, PosixFileAttributeView.class);
    PosixFileAttributes own = view.readAttributes();
    try {
      if (!own.owner().equals(old.owner())) {
        view.setOwner(old.owner());
      }
      if (!own.group().equals(old.group())) {
        view.setGroup(old.group());
      }
      view.setPermissions(old.permissions());
    } catch (IOException e) {
      warnings.add(
          "The new "
              + target
              + " cannot have the owner and the permissions of the old one: "
              + LocalPath.reason(e)
              + ".");
    }
  }

  private static void deleteQuietly(Path partial, FspException failure) {
    try {
      Files.deleteIfExists(partial);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }
}
