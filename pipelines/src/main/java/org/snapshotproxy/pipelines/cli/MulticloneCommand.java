package org.snapshotproxy.pipelines.cli;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.Configuration;
import org.snapshotproxy.connectors.aws.AwsAccess;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.device.DeviceDestination;
import org.snapshotproxy.connectors.device.LocalTarget;
import org.snapshotproxy.connectors.ebs.EbsOrigin;
import org.snapshotproxy.connectors.ebs.PermissionCheck;
import org.snapshotproxy.connectors.ebs.SnapshotInfo;
import org.snapshotproxy.connectors.ebs.Snapshots;
import org.snapshotproxy.operators.TransferOptions;
import org.snapshotproxy.pipelines.job.JobRunner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code fsp multiclone}. */
@Command(
    name = "multiclone",
    description = {
      "Makes many files and block devices be the snapshot, reading each block once.",
      "One that fails is named with the reason; the others are finished."
    },
    footer = {
      "",
      "Examples:",
      "  fsp -o us-east-1 multiclone snap-0123456789abcdef0 targets.txt --failed again.txt",
      "  where targets.txt has one destination a line:",
      "    # blank lines and comments are left out",
      "    /dev/nvme1n1",
      "    /images/disk.img"
    })
final class MulticloneCommand implements Callable<Integer> {
  @ParentCommand private FspCommand root;

  @Parameters(index = "0", paramLabel = "SNAPSHOT", description = "Id of a completed snapshot.")
  private String snapshotId;

  @Parameters(
      index = "1",
      paramLabel = "FILE",
      description = "A text file with the path of one file or block device a line.")
  private Path file;

  @Option(
      names = "--force",
      description =
          "Write to block devices although they are mounted or in use. Never makes one larger.")
  private boolean force;

  @Mixin private FailedOption failed;
  @Mixin private ZeroOptions zeros;
  @Mixin private DryRunOption dryRun;

  @Override
  public Integer call() throws Exception {
    Settings settings = new Settings(root);
    AwsAccess access = settings.origin();
    Configuration config = zeros.apply(settings.flink());
    TransferOptions.Settings transfer = TransferOptions.from(config);
    DestinationList list = DestinationList.read(file);
    if (dryRun.given(root)) {
      return dryRun(access, list);
    }
    long started = System.nanoTime();
    SnapshotInfo info = inspect(access);
    Map<String, LocalTarget> targets = targets(list, info);
    refuseSkippingOnto(targets, transfer);
    failed.begin(list);
    try (Run run = new Run(root, config, "multiclone", info.volumeGiB() * Blocks.GIB)) {
      Destinations destinations = new Destinations(root, run);
      for (String line : list.lines()) {
        destinations.attempt(line, () -> prepare(run, destinations, line, targets.get(line)));
      }
      if (!destinations.held().isEmpty()) {
        EbsOrigin origin =
            new EbsOrigin(access, info, unlisted(destinations), true, settings.listConcurrency());
        JobRunner.Outcome outcome =
            destinations.fill("fsp multiclone " + snapshotId, origin, transfer);
        run.succeeded();
        if (outcome.attached() && !destinations.held().isEmpty()) {
          print(outcome, destinations, (System.nanoTime() - started) / 1e9);
        }
      }
      return failed.end(root, list, destinations.failures().keySet());
    }
  }

  private SnapshotInfo inspect(AwsAccess access) throws Exception {
    try (Snapshots snapshots = new Snapshots(access)) {
      return snapshots.inspect(SnapshotId.check(snapshotId));
    }
  }

  /** The target of each line; refuses two that would overwrite each other. */
  private Map<String, LocalTarget> targets(DestinationList list, SnapshotInfo info) {
    Map<String, LocalTarget> targets = new HashMap<>();
    Map<String, String> taken = new HashMap<>();
    for (String line : list.lines()) {
      LocalTarget target = target(line, info);
      targets.put(line, target);
      for (String place : places(target)) {
        String other = taken.put(place, line);
        if (other != null) {
          throw new UsageException(
              file + ": " + other + " and " + line + " are the same place, or parts of one.");
        }
      }
    }
    return targets;
  }

  private LocalTarget target(String line, SnapshotInfo info) {
    long bytes = info.volumeGiB() * Blocks.GIB;
    return new LocalTarget(PathName.parse(line), bytes, force, !JobRunner.isEmbedded());
  }

  private static Iterable<String> places(LocalTarget target) {
    try {
      return target.places();
    } catch (FspException e) {
      return List.of(); // no place for a volume; its own failure when it is prepared
    }
  }

  private static void refuseSkippingOnto(
      Map<String, LocalTarget> targets, TransferOptions.Settings transfer) {
    if (!transfer.skipZeros()) {
      return;
    }
    for (LocalTarget target : targets.values()) {
      boolean device;
      try {
        device = target.isDevice();
      } catch (FspException e) {
        continue; // neither a file nor a device; its own failure when it is prepared
      }
      if (device) {
        throw new UsageException(
            "--skip-zeros would leave old data on " + target.path() + "; it is for new files.");
      }
    }
  }

  private void prepare(Run run, Destinations destinations, String line, LocalTarget target) {
    LocalTarget.Prepared prepared = target.prepare(root.runId());
    Runnable undo = run.onFailure(line + " is not whole", prepared.destination()::abandon);
    destinations.add(line, prepared.destination(), undo);
    prepared.warnings().forEach(run::warn);
  }

  /** One list serves all; what a device must have cleared is a hole in a fresh file already. */
  private static EbsOrigin.Unlisted unlisted(Destinations destinations) {
    boolean device =
        destinations.held().values().stream()
            .anyMatch(each -> each.destination() instanceof DeviceDestination);
    return device ? EbsOrigin.Unlisted.CLEAR : EbsOrigin.Unlisted.IGNORE;
  }

  private void print(JobRunner.Outcome outcome, Destinations destinations, double seconds) {
    long blocks = outcome.written() + outcome.skipped();
    List<String> paths = List.copyOf(destinations.held().keySet());
    Report report = new Report(root, "multiclone");
    Lines.list(report, snapshotId, blocks, seconds)
        .paths(paths)
        .field("failures", destinations.failures())
        .field("cleared", outcome.cleared())
        .took("multiclone", blocks * Blocks.SIZE, seconds)
        .print();
  }

  private int dryRun(AwsAccess access, DestinationList list) throws Exception {
    DryRun checks = new DryRun();
    try (PermissionCheck permissions = new PermissionCheck(access)) {
      permissions.canRead(SnapshotId.check(snapshotId));
      checks.add(permissions.findings());
    }
    SnapshotInfo info;
    try {
      info = inspect(access);
    } catch (FspException e) {
      // Among the findings already; no target can be judged without the volume's size.
      return checks.print(new Report(root, "multiclone"));
    }
    Map<String, LocalTarget> targets = targets(list, info);
    for (String line : list.lines()) {
      checks.check(
          "target " + line,
          () ->
              targets
                  .get(line)
                  .check()
                  .forEach(warning -> root.err().println("fsp: warning: " + warning)));
    }
    return checks.print(new Report(root, "multiclone"));
  }
}
