package org.snapshotproxy.pipelines.cli;

import org.apache.flink.configuration.Configuration;
import org.snapshotproxy.operators.TransferOptions;
import picocli.CommandLine.Option;

/** How a delta is sent, and what is made sure of before. */
final class DeltaOptions {
  /** How much of the base is compared before anything is written. */
  enum Verification {
    NONE,
    FULL,
    SAMPLE
  }

  @Option(
      names = {"-f", "--full_copy", "--full-copy"},
      description =
          "Send every block that the later snapshot has, changed or not. The destination reads the same.")
  private boolean fullCopy;

  @Option(
      names = "--verify-base",
      arity = "0..1",
      fallbackValue = "FULL",
      defaultValue = "NONE",
      paramLabel = "full|sample",
      description = {
        "Before anything is written, compare what the changes go onto with SNAPSHOT1, block by",
        "block: all of it (full, as without a value), or about one in fifty of its 32 MiB",
        "segments and at least 16 (sample). It reads both sides."
      })
  private Verification verification;

  boolean fullCopy() {
    return fullCopy;
  }

  Verification verification() {
    return verification;
  }

  boolean verifies() {
    return verification != Verification.NONE;
  }

  /** Of which of the two snapshots blocks are read. */
  DeltaParameters.Reads reads() {
    return verifies() ? DeltaParameters.Reads.BOTH : DeltaParameters.Reads.SECOND;
  }

  /** Refuses a configuration that would leave old data where zeros belong. */
  static Configuration requireZeros(Configuration config) {
    if (config.get(TransferOptions.SKIP_ZEROS)) {
      throw new UsageException(
          TransferOptions.SKIP_ZEROS.key()
              + " would leave old data where the later snapshot has zeros; it is for new destinations.");
    }
    return config;
  }
}
