package org.snapshotproxy.pipelines.cli;

import picocli.CommandLine.Option;

/** The dry run as an option behind the command; before it, it is the root's {@code -d}. */
final class DryRunOption {
  @Option(
      names = {"--dry-run", "--dry_run"},
      description =
          "Check permissions and preconditions, say which could not be checked, write nothing.")
  private boolean dryRun;

  boolean given(FspCommand root) {
    return dryRun || root.dryRun();
  }
}
