package org.snapshotproxy.pipelines.cli;

import java.util.concurrent.Callable;
import org.apache.flink.configuration.Configuration;
import org.snapshotproxy.connectors.aws.AwsAccess;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.ebs.EbsOrigin;
import org.snapshotproxy.connectors.ebs.PermissionCheck;
import org.snapshotproxy.connectors.ebs.SnapshotInfo;
import org.snapshotproxy.connectors.ebs.Snapshots;
import org.snapshotproxy.pipelines.job.JobRunner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code fsp list}. */
@Command(
    name = "list",
    description = "Counts the blocks of a snapshot: its true size.",
    footer = {
      "",
      "Examples:",
      "  fsp -o us-east-1 list snap-0123456789abcdef0 --map",
      "  fsp -o us-east-1 list snap-0123456789abcdef0 --export s3://maps/today --digests"
    })
final class ListCommand implements Callable<Integer> {
  /** What the listed blocks of a snapshot are. */
  private static final String STATE = "present";

  @ParentCommand private FspCommand root;

  @Parameters(paramLabel = "SNAPSHOT", description = "Id of a completed snapshot.")
  private String snapshotId;

  @Mixin private MapOptions map;
  @Mixin private DryRunOption dryRun;

  @Override
  public Integer call() throws Exception {
    Settings settings = new Settings(root);
    AwsAccess access = settings.origin();
    Configuration config = settings.flink();
    if (dryRun.given(root)) {
      return dryRun(access);
    }
    long started = System.nanoTime();
    SnapshotInfo info = inspect(access);
    EbsOrigin origin =
        new EbsOrigin(
            access, info, EbsOrigin.Unlisted.IGNORE, map.digests(), settings.listConcurrency());
    BlockListing listing =
        new BlockListing(root, config, map, "list", info.volumeGiB() * Blocks.GIB, STATE);
    JobRunner.Outcome outcome = listing.run("fsp list " + snapshotId, origin);
    if (outcome.attached()) {
      double seconds = (System.nanoTime() - started) / 1e9;
      Report report = new Report(root, "list");
      Lines.list(report, snapshotId, outcome.written(), seconds);
      listing.draw(report, outcome);
      report.field("volume_size_gib", info.volumeGiB()).field("seconds", seconds).print();
    }
    return 0;
  }

  private SnapshotInfo inspect(AwsAccess access) throws Exception {
    try (Snapshots snapshots = new Snapshots(access)) {
      return snapshots.inspect(SnapshotId.check(snapshotId));
    }
  }

  private int dryRun(AwsAccess access) throws Exception {
    DryRun checks = new DryRun();
    try (PermissionCheck permissions = new PermissionCheck(access)) {
      if (map.digests()) {
        permissions.canRead(SnapshotId.check(snapshotId));
      } else {
        permissions.canList(SnapshotId.check(snapshotId));
      }
      checks.add(permissions.findings());
    }
    map.check(root, checks);
    return checks.print(new Report(root, "list"));
  }
}
