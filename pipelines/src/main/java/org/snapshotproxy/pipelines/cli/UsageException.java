package org.snapshotproxy.pipelines.cli;

/** Options that parse but make no sense together; exit code 2. */
final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UsageException(String sentence) {
    super(sentence);
  }
}
