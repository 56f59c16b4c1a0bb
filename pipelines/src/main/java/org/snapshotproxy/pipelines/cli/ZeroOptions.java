package org.snapshotproxy.pipelines.cli;

import org.apache.flink.configuration.Configuration;
import org.snapshotproxy.operators.TransferOptions;
import picocli.CommandLine.Option;

/** What is sent of the zeros of an origin. What the destination reads as does not depend on it. */
final class ZeroOptions {
  @Option(
      names = "--skip-zeros",
      description =
          "Leave out blocks that were written with zeros. By default they are sent: on an encrypted volume a block that was never put does not read as zeros.")
  private boolean skipZeros;

  @Option(
      names = {"-f", "--full_copy", "--full-copy"},
      description = "Send everything, zeros and holes too.")
  private boolean fullCopy;

  boolean fullCopy() {
    return fullCopy;
  }

  Configuration apply(Configuration config) {
    if (skipZeros && fullCopy) {
      throw new UsageException("--skip-zeros and --full_copy exclude each other.");
    }
    if (skipZeros || fullCopy) {
      config.set(TransferOptions.SKIP_ZEROS, skipZeros);
    }
    return config;
  }
}
