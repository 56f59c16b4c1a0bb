package org.snapshotproxy.pipelines.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.Configuration;
import org.snapshotproxy.connectors.aws.AwsAccess;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.ebs.DeltaInfo;
import org.snapshotproxy.connectors.ebs.DeltaOrigin;
import org.snapshotproxy.connectors.ebs.EbsDigests;
import org.snapshotproxy.connectors.ebs.PermissionCheck;
import org.snapshotproxy.connectors.ebs.SnapshotInfo;
import org.snapshotproxy.connectors.ebs.SnapshotSpec;
import org.snapshotproxy.connectors.ebs.Snapshots;
import org.snapshotproxy.pipelines.job.JobRunner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code fsp sync}. */
@Command(
    name = "sync",
    description = {
      "Brings a copy up to date: makes a new snapshot that reads as SNAPSHOT2, a child of PARENT,",
      "which is a copy of SNAPSHOT1 in the destination's region and account. Only blocks that",
      "differ are sent; those that SNAPSHOT2 no longer has become zeros."
    },
    footer = {
      "",
      "Examples:",
      "  fsp -o us-east-1 sync snap-0123456789abcdef0 snap-0fedcba9876543210 snap-0aaaabbbbccccdddd -d eu-west-1",
      "  fsp sync snap-0123456789abcdef0 snap-0fedcba9876543210 snap-0aaaabbbbccccdddd --verify-base"
    })
final class SyncCommand implements Callable<Integer> {
  @ParentCommand private FspCommand root;

  @Mixin private DeltaParameters snapshots;

  @Parameters(
      index = "2",
      paramLabel = "PARENT",
      description = "Id of a completed snapshot at the destination that reads as SNAPSHOT1.")
  private String parentId;

  @Mixin private DestinationOptions destination;
  @Mixin private SnapshotOptions snapshot;
  @Mixin private DeltaOptions options;
  @Mixin private DryRunOption dryRun;

  @Override
  public Integer call() throws Exception {
    Settings settings = new Settings(root);
    AwsAccess from = settings.origin();
    AwsAccess to = settings.destination(destination);
    Configuration config = DeltaOptions.requireZeros(settings.flink());
    SnapshotId.check(parentId);
    if (dryRun.given(root)) {
      return dryRun(from, to);
    }
    long started = System.nanoTime();
    DeltaInfo delta = snapshots.inspect(from);
    SnapshotInfo parent = parent(delta, to);
    SnapshotSpec spec = spec(delta, from, to);
    DeltaSteps steps = new DeltaSteps(root, config, from, delta, settings.listConcurrency());
    steps.verifyBase(options, parentId + " in " + to.region(), EbsDigests.of(to, parent));
    // Counted before, where the transfer moves more than what differs.
    boolean more = options.fullCopy() && JobRunner.isAttached();
    JobRunner.Outcome counted = more ? steps.count() : null;
    // Behind its parent's end a child reads as zeros by itself.
    DeltaOrigin origin = steps.origin(options, DeltaOrigin.Growth.IGNORE);
    try (Run run = new Run(root, config, "sync", delta.second().volumeGiB() * Blocks.GIB)) {
      NewSnapshot.Filled filled =
          new NewSnapshot(root, to, snapshot)
              .fill(
                  run,
                  "fsp sync " + snapshots.first() + " " + snapshots.second() + " " + parentId,
                  origin,
                  config,
                  spec);
      run.succeeded();
      if (filled.outcome().attached()) {
        double seconds = (System.nanoTime() - started) / 1e9;
        print(delta, more ? counted : filled.outcome(), filled, spec, to, seconds);
      } else {
        root.out().println(filled.snapshotId());
      }
    }
    return 0;
  }

  /** Looks at the parent, which has to be of a volume as large as the first snapshot's. */
  private SnapshotInfo parent(DeltaInfo delta, AwsAccess to)
      throws IOException, InterruptedException {
    SnapshotInfo parent;
    try (Snapshots there = new Snapshots(to)) {
      parent = there.inspect(parentId);
    }
    if (parent.volumeGiB() != delta.first().volumeGiB()) {
      throw new FspException(
          parentId
              + " in "
              + to.region()
              + " is of a volume of "
              + parent.volumeGiB()
              + " GiB, "
              + delta.first().snapshotId()
              + " of one of "
              + delta.first().volumeGiB()
              + " GiB, so the one is no copy of the other; name a parent that is, or use copy.");
    }
    return parent;
  }

  private SnapshotSpec spec(DeltaInfo delta, AwsAccess from, AwsAccess to) {
    String first = delta.first().snapshotId();
    String second = delta.second().snapshotId();
    return new SnapshotSpec(
        snapshot.volumeGiB(delta.second().volumeGiB(), second),
        snapshot.description(""),
        snapshot.tags(),
        snapshot.kmsKeyId(),
        snapshot.encrypted(),
        parentId,
        NewSnapshot.clientToken(
            root.runId(),
            String.join(" ", "sync", first, second, parentId, from.region(), to.region())));
  }

  private void print(
      DeltaInfo delta,
      JobRunner.Outcome differing,
      NewSnapshot.Filled filled,
      SnapshotSpec spec,
      AwsAccess to,
      double seconds) {
    long written = filled.outcome().written();
    Report report = new Report(root, "sync");
    Lines.diff(report, delta, differing.written(), differing.cleared(), seconds)
        .line("%s", filled.snapshotId())
        .field("volume_size_gib", spec.volumeGiB())
        .field("parent_snapshot", parentId)
        .field("destination_region", to.region())
        .field("destination_snapshot", filled.snapshotId())
        .field("written", written)
        .took("sync", (written + differing.cleared()) * Blocks.SIZE, seconds)
        .print();
  }

  private int dryRun(AwsAccess from, AwsAccess to) throws Exception {
    DryRun checks = new DryRun();
    snapshots.check(checks, from, options.reads());
    try (PermissionCheck there = new PermissionCheck(to)) {
      if (options.verifies()) {
        there.canRead(parentId);
      } else {
        there.canList(parentId);
      }
      there.canWrite(snapshot.tags(), false);
      checks.add(there.findings());
    }
    try {
      DeltaInfo delta = snapshots.inspect(from);
      SnapshotInfo parent = parent(delta, to);
      checks.check("parent " + parent.snapshotId(), () -> spec(delta, from, to));
    } catch (FspException e) {
      checks.check(
          "changes and parent",
          () -> {
            throw e;
          });
    }
    return checks.print(new Report(root, "sync"));
  }
}
