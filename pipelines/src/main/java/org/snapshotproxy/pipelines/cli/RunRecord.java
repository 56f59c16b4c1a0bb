package org.snapshotproxy.pipelines.cli;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.snapshotproxy.connectors.base.FspException;

/**
 * What a run was asked for, so that it can be gone on with: the words of its command, with the
 * run's id, and without what belongs to one place or one attempt. The job carries it as a parameter
 * and {@code fsp stop} lays it into the savepoint. Nothing secret is among it: credentials are not
 * arguments, and options of Flink's that are secrets are left out.
 */
final class RunRecord {
  /** The job parameter. */
  static final String PARAMETER = "fsp.command";

  private static final String FILE = "fsp-run.json";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> WITH_VALUE = Set.of("--cluster", "--run-id");
  private static final Set<String> ALONE = Set.of("--detached", "--no-progress");

  private RunRecord() {}

  /** The record of a command line, as JSON. */
  static String of(List<String> arguments, String runId) {
    List<String> words = new ArrayList<>(List.of("--run-id", runId));
    for (int i = 0; i < arguments.size(); i++) {
      String word = arguments.get(i);
      if (WITH_VALUE.contains(word)) {
        i++;
      } else if (word.equals("-D") && i + 1 < arguments.size()) {
        i++;
        if (isKept(arguments.get(i))) {
          words.addAll(List.of(word, arguments.get(i)));
        }
      } else if (!ALONE.contains(word)
          && WITH_VALUE.stream().noneMatch(option -> word.startsWith(option + "="))
          && (!word.startsWith("-D") || isKept(word.substring(2)))) {
        words.add(word);
      }
    }
    try {
      return JSON.writeValueAsString(words);
    } catch (IOException e) {
      throw new IllegalStateException("words are always JSON", e);
    }
  }

  private static boolean isKept(String pair) {
    String key = pair.split("=", 2)[0];
    return !key.startsWith("execution.state-recovery.") && !GlobalConfiguration.isSensitive(key);
  }

  /** The words of a record. */
  static List<String> words(String record) throws IOException {
    return JSON.readValue(record, new TypeReference<List<String>>() {});
  }

  /** The id of the run that a record is of. */
  static String runId(String record) throws IOException {
    List<String> words = words(record);
    return words.get(words.indexOf("--run-id") + 1);
  }

  /** A command line that can be pasted into a shell. */
  static String shown(List<String> words) {
    StringBuilder line = new StringBuilder("fsp");
    for (String word : words) {
      boolean plain = word.matches("[A-Za-z0-9_./:=,@%+-]+");
      line.append(' ').append(plain ? word : "'" + word.replace("'", "'\\''") + "'");
    }
    return line.toString();
  }

  /** The words without an option and its value. */
  static List<String> without(List<String> words, String option) {
    List<String> kept = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      if (words.get(i).equals(option)) {
        i++;
      } else if (!words.get(i).startsWith(option + "=")) {
        kept.add(words.get(i));
      }
    }
    return kept;
  }

  /**
   * Lays the record into a savepoint.
   *
   * @throws IOException if the savepoint cannot be reached from here
   */
  static void save(String savepoint, String record) throws IOException {
    Path directory = new Path(savepoint);
    FileSystem files = directory.getFileSystem();
    if (!files.exists(new Path(directory, "_metadata"))) {
      throw new IOException("it is not on a file system of this machine");
    }
    try (OutputStream out =
        files.create(new Path(directory, FILE), FileSystem.WriteMode.OVERWRITE)) {
      out.write(record.getBytes(StandardCharsets.UTF_8));
    }
  }

  /**
   * The words of the command that a savepoint is of.
   *
   * @throws FspException if it holds no record, or cannot be reached from here
   */
  static List<String> load(String savepoint) {
    Path file = new Path(new Path(savepoint), FILE);
    try (FSDataInputStream in = file.getFileSystem().open(file)) {
      return words(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new FspException(
          "What "
              + savepoint
              + " is a savepoint of cannot be read here; say it again: fsp resume "
              + savepoint
              + " -- --run-id ID COMMAND ..., as 'fsp stop' printed it.",
          e);
    }
  }
}
