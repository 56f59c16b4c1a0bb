package org.snapshotproxy.emr;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A process whose output is kept in files, so that it can be read while it runs. */
final class Program implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 300;

  private final Process process;
  private final Path out;
  private final Path err;

  private Program(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /**
   * Starts a program.
   *
   * @param directory it runs in
   * @param environment on top of this process's, without what that has of AWS's
   */
  static Program start(Path directory, Map<String, String> environment, List<String> words)
      throws IOException {
    Path out = Files.createTempFile(directory, "out", ".txt");
    Path err = Files.createTempFile(directory, "err", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .directory(directory.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
    builder.environment().putAll(environment);
    return new Program(builder.start(), out, err);
  }

  /** Waits for its end. */
  Ended end() throws IOException, InterruptedException {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("still running; it said: " + Files.readString(err));
    }
    return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  /** What it has said on standard error so far. */
  String said() throws IOException {
    return Files.readString(err);
  }

  /** What cancelling a step sends to it. */
  void interrupt() {
    process.destroy();
  }

  /** Whether it has not ended; what it waits for would otherwise be waited for in vain. */
  boolean runs() {
    return process.isAlive();
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  /**
   * How it ended.
   *
   * @param code its exit code
   * @param out its standard output
   * @param err its standard error
   */
  record Ended(int code, String out, String err) {
    Ended succeeded() {
      if (code != 0) {
        throw new AssertionError("exit code " + code + ": " + err);
      }
      return this;
    }

    String lastLine() {
      return out.lines().reduce((before, line) -> line).orElseThrow();
    }
  }
}
