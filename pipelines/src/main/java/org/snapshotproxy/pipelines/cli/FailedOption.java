package org.snapshotproxy.pipelines.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Option;

/** Where the lines of the destinations that failed go, so that they can be done again. */
final class FailedOption {
  @Option(
      names = "--failed",
      paramLabel = "FILE",
      description = {
        "Write the lines of the destinations that failed to this file, which is a list for another",
        "run. It holds all lines until the end of the run, and is empty if none failed."
      })
  private Path file;

  /** Nothing has succeeded yet; refused if the file cannot be written. */
  void begin(DestinationList list) {
    if (file == null) {
      return;
    }
    try {
      if (Files.exists(file) && Files.isSameFile(file, list.file())) {
        throw new UsageException(
            "--failed is the list of destinations itself; choose another file.");
      }
      Files.write(file, list.lines());
    } catch (IOException e) {
      throw new UsageException("Cannot write --failed " + file + ": " + FspCommand.sentence(e));
    }
  }

  /**
   * The run has ended.
   *
   * @param repeat the command up to its list, such as {@code multiclone snap-0}
   * @return its exit code
   */
  int end(FspCommand root, String repeat, DestinationList list, Set<String> failed)
      throws IOException {
    List<String> lines = list.lines().stream().filter(failed::contains).toList();
    if (file != null) {
      Files.write(file, lines);
    }
    if (lines.isEmpty()) {
      return 0;
    }
    if (!root.quiet()) {
      root.err()
          .println(
              "fsp: "
                  + lines.size()
                  + " of "
                  + list.lines().size()
                  + " destinations failed; repeat for just those with: fsp "
                  + repeat
                  + (file == null
                      ? " FILE, a list of their lines (--failed writes it)"
                      : " " + file));
    }
    return 1;
  }
}
