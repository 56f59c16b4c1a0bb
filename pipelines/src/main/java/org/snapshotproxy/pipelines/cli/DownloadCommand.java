package org.snapshotproxy.pipelines.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.Configuration;
import org.snapshotproxy.connectors.aws.AwsAccess;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.Destination;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.ebs.EbsOrigin;
import org.snapshotproxy.connectors.ebs.PermissionCheck;
import org.snapshotproxy.connectors.ebs.SnapshotInfo;
import org.snapshotproxy.connectors.ebs.Snapshots;
import org.snapshotproxy.operators.TransferOptions;
import org.snapshotproxy.pipelines.job.JobRunner;
import org.snapshotproxy.pipelines.job.TransferJob;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code fsp download}. */
@Command(
    name = "download",
    description = {
      "Makes a file or a block device be the snapshot, whatever it held before.",
      "A file takes its name only when it is whole; until then it is a partial file beside it."
    },
    footer = {
      "",
      "Examples:",
      "  fsp -o us-east-1 download snap-0123456789abcdef0 disk.img",
      "  fsp -o us-east-1 download snap-0123456789abcdef0 /dev/nvme1n1"
    })
final class DownloadCommand implements Callable<Integer> {
  @ParentCommand private FspCommand root;

  @Parameters(index = "0", paramLabel = "SNAPSHOT", description = "Id of a completed snapshot.")
  private String snapshotId;

  @Parameters(
      index = "1",
      paramLabel = "PATH",
      description = "A file, new or old, or a block device.")
  private Path path;

  @Option(
      names = "--force",
      description =
          "Write to a block device although it is mounted or in use. Never makes one larger.")
  private boolean force;

  @Mixin private ZeroOptions zeros;
  @Mixin private DryRunOption dryRun;

  @Override
  public Integer call() throws Exception {
    Settings settings = new Settings(root);
    AwsAccess access = settings.origin();
    Configuration config = zeros.apply(settings.flink());
    if (dryRun.given(root)) {
      return dryRun(access, config);
    }
    long started = System.nanoTime();
    SnapshotInfo info = inspect(access);
    PathTarget target = target(info, config);
    EbsOrigin origin =
        new EbsOrigin(
            access,
            info,
            target.isDevice() ? EbsOrigin.Unlisted.CLEAR : EbsOrigin.Unlisted.IGNORE,
            true,
            settings.listConcurrency());
    try (Run run = new Run(root, config, "download", info.volumeGiB() * Blocks.GIB)) {
      List<Destination> destinations = List.of(target.prepare(run));
      TransferOptions.Settings transfer = TransferOptions.from(config);
      JobRunner.Outcome outcome =
          run.job(
              "fsp download " + snapshotId,
              env -> TransferJob.transfer(env, origin, destinations, transfer));
      run.succeeded();
      if (outcome.attached()) {
        print(outcome, (System.nanoTime() - started) / 1e9);
      }
    }
    return 0;
  }

  private void print(JobRunner.Outcome outcome, double seconds) {
    long blocks = outcome.written() + outcome.skipped();
    Report report = new Report(root, "download");
    Lines.list(report, snapshotId, blocks, seconds)
        .paths(List.of(path.toString()))
        .field("cleared", outcome.cleared())
        .took("download", blocks * Blocks.SIZE, seconds)
        .print();
  }

  private SnapshotInfo inspect(AwsAccess access) throws Exception {
    try (Snapshots snapshots = new Snapshots(access)) {
      return snapshots.inspect(SnapshotId.check(snapshotId));
    }
  }

  private PathTarget target(SnapshotInfo info, Configuration config) {
    return PathTarget.of(root, path, info.volumeGiB() * Blocks.GIB, force, config);
  }

  private int dryRun(AwsAccess access, Configuration config) throws Exception {
    DryRun checks = new DryRun();
    try (PermissionCheck permissions = new PermissionCheck(access)) {
      permissions.canRead(SnapshotId.check(snapshotId));
      checks.add(permissions.findings());
    }
    SnapshotInfo info;
    try {
      info = inspect(access);
    } catch (FspException e) {
      // Among the findings already; the target cannot be judged without the volume's size.
      return checks.print(new Report(root, "download"));
    }
    PathTarget target = target(info, config);
    checks.check("target " + path, target::check);
    return checks.print(new Report(root, "download"));
  }
}
