package org.snapshotproxy.pipelines.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A command that was run in this process, as main runs it.
 *
 * @param code its exit code
 * @param out its standard output
 * @param err its standard error
 */
record Invocation(int code, String out, String err) {
  static Invocation of(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code =
        FspCommand.run(
            arguments,
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    return new Invocation(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** The same, for a command that a test only prepares with. */
  Invocation succeeded() {
    if (code != 0) {
      throw new AssertionError("exit code " + code + ": " + err);
    }
    return this;
  }

  List<String> lines() {
    return out.lines().toList();
  }

  /** Where a new snapshot's id stands. */
  String lastLine() {
    return lines().get(lines().size() - 1);
  }
}
