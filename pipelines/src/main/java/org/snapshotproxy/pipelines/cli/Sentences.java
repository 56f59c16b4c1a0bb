package org.snapshotproxy.pipelines.cli;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;

/** What a failure is told by. */
final class Sentences {
  private Sentences() {}

  /** What could not be understood, and what was perhaps meant. */
  static String misunderstood(CommandLine.ParameterException failure) {
    if (!(failure instanceof CommandLine.UnmatchedArgumentException unmatched)) {
      return failure.getMessage();
    }
    String word = unmatched.getUnmatched().get(0);
    boolean isCommand =
        failure.getCommandLine().getParent() == null && !unmatched.isUnknownOption();
    String sentence = isCommand ? "There is no command '" + word + "'" : failure.getMessage();
    return unmatched.getSuggestions().stream()
        .findFirst()
        .map(nearest -> sentence + "; did you mean '" + nearest + "'?")
        .orElse(sentence + ".");
  }

  /** Java says of many files no more than their names. */
  static String of(Exception failure) {
    if (failure instanceof NoSuchFileException) {
      return failure.getMessage() + ": no such file or directory.";
    }
    if (failure instanceof AccessDeniedException) {
      return failure.getMessage() + ": permission denied.";
    }
    if (failure instanceof FileSystemException file && file.getReason() == null) {
      return failure.getMessage() + ": " + failure.getClass().getSimpleName() + ".";
    }
    return failure.getMessage();
  }
}
