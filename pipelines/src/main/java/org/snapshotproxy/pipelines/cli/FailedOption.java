package org.snapshotproxy.pipelines.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.apache.flink.configuration.GlobalConfiguration;
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
      throw new UsageException("Cannot write --failed " + file + ": " + Sentences.of(e));
    }
  }

  /**
   * The run has ended.
   *
   * @return its exit code
   */
  int end(FspCommand root, DestinationList list, Set<String> failed) throws IOException {
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
                  + " destinations failed; repeat for just those with: "
                  + repetition(root.arguments(), list)
                  + (file == null ? ", where FILE has their lines (--failed writes it)" : ""));
    }
    return 1;
  }

  /** The same command with everything it was given, for the list of those that failed. */
  private String repetition(List<String> arguments, DestinationList list) {
    List<String> words = RunRecord.without(arguments, "--failed");
    int at = words.lastIndexOf(list.file().toString());
    if (at >= 0) {
      words.set(at, file == null ? "FILE" : file.toString());
    }
    words.replaceAll(FailedOption::withoutSecret);
    return RunRecord.shown(words);
  }

  private static String withoutSecret(String word) {
    int equals = word.indexOf('=');
    return equals > 0 && GlobalConfiguration.isSensitive(word.substring(0, equals))
        ? word.substring(0, equals + 1) + "..."
        : word;
  }
}
