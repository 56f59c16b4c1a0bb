package org.snapshotproxy.pipelines.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The text file that names the destinations of a run, one a line.
 *
 * @param file the file
 * @param lines without those that are blank or begin with {@code #}; at least one, none twice
 */
record DestinationList(Path file, List<String> lines) {
  static DestinationList read(Path file) {
    List<String> all;
    try {
      all = Files.readAllLines(file);
    } catch (IOException e) {
      throw new UsageException(
          "Cannot read the list of destinations " + file + ": " + Sentences.of(e));
    }
    Set<String> lines = new LinkedHashSet<>();
    for (String line : all) {
      String text = line.strip();
      if (text.isEmpty() || text.startsWith("#")) {
        continue;
      }
      if (!lines.add(text)) {
        throw new UsageException(file + " names " + text + " twice.");
      }
    }
    if (lines.isEmpty()) {
      throw new UsageException(file + " names no destination; it has one a line.");
    }
    return new DestinationList(file, List.copyOf(lines));
  }
}
