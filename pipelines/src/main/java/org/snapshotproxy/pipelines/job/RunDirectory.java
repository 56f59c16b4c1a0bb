package org.snapshotproxy.pipelines.job;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.util.FileUtils;
import org.snapshotproxy.connectors.base.Digests;
import org.snapshotproxy.connectors.base.FspException;

/**
 * The checkpoints of an embedded run that has a name, which stay where the process dies or the run
 * fails, so that the same command goes on from them. One process at a time has it.
 */
public final class RunDirectory implements AutoCloseable {
  /** Where they lie. */
  public static final ConfigOption<String> STATE_DIRECTORY =
      ConfigOptions.key("fsp.state.dir")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Directory for the checkpoints of embedded runs with a --run-id, until they succeed. Default: fsp/runs below XDG_STATE_HOME, or below ~/.local/state.");

  private final Path path;
  private final FileChannel channel;

  private RunDirectory(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /**
   * Takes the directory of a run; another command, or other operators, under the same name have one
   * of their own.
   *
   * @throws FspException if another process has it
   */
  static RunDirectory open(Configuration configuration, String runId, String what)
      throws IOException {
    Path runs = Path.of(configuration.getOptional(STATE_DIRECTORY).orElseGet(RunDirectory::usual));
    Files.createDirectories(
        runs, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    FileChannel channel =
        FileChannel.open(
            runs.resolve(runId + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (!isLocked(channel)) {
      channel.close();
      throw new FspException(
          "Run "
              + runId
              + " is going on in another process; wait for it, or choose another --run-id.");
    }
    byte[] digest = Digests.newSha256().digest(what.getBytes(StandardCharsets.UTF_8));
    Path path = runs.resolve(runId + "-" + HexFormat.of().formatHex(digest, 0, 8));
    Files.createDirectories(path);
    return new RunDirectory(path.toAbsolutePath(), channel);
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  private static String usual() {
    String state = System.getenv("XDG_STATE_HOME");
    return (state == null || state.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".local", "state")
            : Path.of(state))
        .resolve(Path.of("fsp", "runs"))
        .toString();
  }

  /** Where checkpoints go, as a URI. */
  String checkpoints() {
    return path.resolve("checkpoints").toUri().toString();
  }

  /** The newest whole checkpoint, as a URI; Flink names its metadata so only when that is whole. */
  Optional<String> newest() throws IOException {
    if (!Files.isDirectory(path.resolve("checkpoints"))) {
      return Optional.empty();
    }
    try (Stream<Path> files = Files.walk(path.resolve("checkpoints"), 3)) {
      return files
          .filter(file -> file.endsWith("_metadata"))
          .max(Comparator.comparing(RunDirectory::modified))
          .map(file -> file.getParent().toUri().toString());
    }
  }

  private static FileTime modified(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      return FileTime.fromMillis(0);
    }
  }

  /** The run succeeded: nothing of it is needed any more. */
  void done() {
    FileUtils.deleteDirectoryQuietly(path.toFile());
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
