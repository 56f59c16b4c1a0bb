package org.snapshotproxy.pipelines.cli;

import java.util.concurrent.Callable;
import org.apache.flink.configuration.Configuration;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.ebs.AwsAccess;
import org.snapshotproxy.connectors.ebs.EbsOrigin;
import org.snapshotproxy.connectors.ebs.PermissionCheck;
import org.snapshotproxy.connectors.ebs.SnapshotInfo;
import org.snapshotproxy.connectors.ebs.Snapshots;
import org.snapshotproxy.pipelines.job.JobRunner;
import org.snapshotproxy.pipelines.job.TransferJob;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code fsp list}. */
@Command(
    name = "list",
    description = "Counts the blocks of a snapshot: its true size.",
    footer = {"", "Example:", "  fsp -o us-east-1 list snap-0123456789abcdef0"})
final class ListCommand implements Callable<Integer> {
  @ParentCommand private FspCommand root;

  @Parameters(paramLabel = "SNAPSHOT", description = "Id of a completed snapshot.")
  private String snapshotId;

  @Mixin private DryRunOption dryRun;

  @Override
  public Integer call() throws Exception {
    Settings settings = new Settings(root);
    AwsAccess access = settings.origin();
    Configuration config = settings.flink();
    Report report = new Report(root, "list");
    if (dryRun.given(root)) {
      DryRun checks = new DryRun();
      try (PermissionCheck permissions = new PermissionCheck(access)) {
        permissions.canRead(SnapshotId.check(snapshotId));
        checks.add(permissions.findings());
      }
      return checks.print(report);
    }
    long started = System.nanoTime();
    SnapshotInfo info;
    try (Snapshots snapshots = new Snapshots(access)) {
      info = snapshots.inspect(SnapshotId.check(snapshotId));
    }
    EbsOrigin origin =
        new EbsOrigin(access, info, EbsOrigin.Unlisted.IGNORE, false, settings.listConcurrency());
    try (Run run = new Run(root, config, "list", info.volumeGiB() * Blocks.GIB)) {
      JobRunner.Outcome outcome =
          run.job("fsp list " + snapshotId, env -> TransferJob.count(env, origin));
      run.succeeded();
      if (outcome.attached()) {
        double seconds = (System.nanoTime() - started) / 1e9;
        Lines.list(report, snapshotId, outcome.written(), seconds);
        report.field("volume_size_gib", info.volumeGiB()).field("seconds", seconds).print();
      }
    }
    return 0;
  }
}
