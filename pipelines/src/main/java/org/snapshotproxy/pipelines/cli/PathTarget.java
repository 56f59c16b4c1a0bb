package org.snapshotproxy.pipelines.cli;

import java.nio.file.Path;
import org.apache.flink.configuration.Configuration;
import org.snapshotproxy.connectors.device.LocalDestination;
import org.snapshotproxy.connectors.device.LocalTarget;
import org.snapshotproxy.operators.TransferOptions;
import org.snapshotproxy.pipelines.job.JobRunner;

/**
 * A path that a command makes be something, whatever it held before.
 *
 * @param skipsZeros whether blocks of zeros are not sent, which only a new file bears
 */
record PathTarget(FspCommand root, Path path, LocalTarget target, boolean skipsZeros) {
  /**
   * @param bytes length of what it is to become
   */
  static PathTarget of(
      FspCommand root, Path path, long bytes, boolean force, Configuration config) {
    LocalTarget target = new LocalTarget(path, bytes, force, !JobRunner.isEmbedded());
    return new PathTarget(root, path, target, config.get(TransferOptions.SKIP_ZEROS));
  }

  /** A fresh file reads as zeros where nothing is written; a device reads as whatever it held. */
  boolean isDevice() {
    return target.isDevice();
  }

  /** Checks without writing. */
  void check() {
    target.check().forEach(warning -> root.err().println("fsp: warning: " + warning));
  }

  /** Makes it ready; what is created is taken back unless the run succeeds. */
  LocalDestination prepare(Run run) {
    if (skipsZeros && isDevice()) {
      throw new UsageException(
          "--skip-zeros would leave old data on " + path + "; it is for new files.");
    }
    LocalTarget.Prepared prepared = target.prepare(root.runId());
    run.onFailure(path + " is not whole", prepared.destination()::abandon);
    prepared.warnings().forEach(run::warn);
    return prepared.destination();
  }
}
