package org.snapshotproxy.pipelines.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.Configuration;
import org.snapshotproxy.connectors.aws.AwsAccess;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.ebs.EbsOrigin;
import org.snapshotproxy.connectors.ebs.PermissionCheck;
import org.snapshotproxy.connectors.ebs.SnapshotInfo;
import org.snapshotproxy.connectors.ebs.SnapshotSpec;
import org.snapshotproxy.connectors.ebs.Snapshots;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code fsp copy}. */
@Command(
    name = "copy",
    description = "Copies a snapshot to another region, account or endpoint.",
    footer = {
      "",
      "Examples:",
      "  fsp -o us-east-1 copy snap-0123456789abcdef0 -d eu-west-1",
      "  fsp copy snap-0123456789abcdef0 --destination-profile backup --copy-tags"
    })
final class CopyCommand implements Callable<Integer> {
  @ParentCommand private FspCommand root;

  @Parameters(paramLabel = "SNAPSHOT", description = "Id of a completed snapshot.")
  private String snapshotId;

  @Option(
      names = "--copy-tags",
      description = "Give the new snapshot the origin's tags; --tag goes over them.")
  private boolean copyTags;

  @Option(
      names = "--copy-description",
      description =
          "Give the new snapshot the origin's description, unless --description is given.")
  private boolean copyDescription;

  @Mixin private DestinationOptions destination;
  @Mixin private SnapshotOptions snapshot;
  @Mixin private ZeroOptions zeros;
  @Mixin private DryRunOption dryRun;

  @Override
  public Integer call() throws Exception {
    Settings settings = new Settings(root);
    AwsAccess from = settings.origin();
    AwsAccess to = settings.destination(destination);
    Configuration config = zeros.apply(settings.flink());
    if (dryRun.given(root)) {
      return dryRun(from, to);
    }
    long started = System.nanoTime();
    SnapshotInfo info;
    Carried carried;
    try (Snapshots snapshots = new Snapshots(from)) {
      info = snapshots.inspect(SnapshotId.check(snapshotId));
      carried = carried(snapshots);
    }
    int volumeGiB = snapshot.volumeGiB(info.volumeGiB(), snapshotId);
    SnapshotSpec spec =
        new SnapshotSpec(
            volumeGiB,
            snapshot.description(carried.description()),
            carried.tags(),
            snapshot.kmsKeyId(),
            snapshot.encrypted(),
            "",
            NewSnapshot.clientToken(
                root.runId(), "copy " + snapshotId + " " + from.region() + " " + to.region()));
    EbsOrigin.Unlisted unlisted =
        zeros.fullCopy() ? EbsOrigin.Unlisted.CLEAR : EbsOrigin.Unlisted.IGNORE;
    EbsOrigin origin = new EbsOrigin(from, info, unlisted, true, settings.listConcurrency());
    try (Run run = new Run(root, config, "copy", info.volumeGiB() * Blocks.GIB)) {
      NewSnapshot.Filled filled =
          new NewSnapshot(root, to, snapshot)
              .fill(run, "fsp copy " + snapshotId, origin, config, spec);
      run.succeeded();
      if (filled.outcome().attached()) {
        print(filled, to, volumeGiB, (System.nanoTime() - started) / 1e9);
      } else {
        root.out().println(filled.snapshotId());
      }
    }
    return 0;
  }

  /**
   * What the new snapshot takes from the old one.
   *
   * @param description perhaps empty
   * @param tags the old one's where asked for, the user's over them
   */
  private record Carried(String description, Map<String, String> tags) {}

  private Carried carried(Snapshots snapshots) throws Exception {
    Map<String, String> tags = new LinkedHashMap<>();
    String description = "";
    if (copyTags || copyDescription) {
      Optional<Snapshots.Described> described = snapshots.describe(snapshotId);
      if (described.isEmpty()) {
        throw new FspException(
            "The tags and the description of "
                + snapshotId
                + " can only be copied with the permission ec2:DescribeSnapshots.");
      }
      if (copyTags) {
        tags.putAll(described.get().tags());
      }
      if (copyDescription) {
        description = described.get().description();
      }
    }
    tags.putAll(snapshot.tags());
    return new Carried(description, tags);
  }

  private void print(NewSnapshot.Filled filled, AwsAccess to, int volumeGiB, double seconds) {
    long blocks = filled.outcome().written() + filled.outcome().skipped();
    Report report = new Report(root, "copy");
    Lines.list(report, snapshotId, blocks, seconds)
        .took("copy", blocks * Blocks.SIZE, seconds)
        .line("%s", filled.snapshotId())
        .field("volume_size_gib", volumeGiB)
        .field("destination_region", to.region())
        .field("destination_snapshot", filled.snapshotId())
        .print();
  }

  private int dryRun(AwsAccess from, AwsAccess to) throws Exception {
    DryRun checks = new DryRun();
    try (PermissionCheck reading = new PermissionCheck(from)) {
      reading.canRead(SnapshotId.check(snapshotId));
      if (copyTags || copyDescription) {
        reading.canDescribe(snapshotId);
      }
      checks.add(reading.findings());
    }
    try (PermissionCheck writing = new PermissionCheck(to)) {
      // The origin's are not known here; any will do to ask with.
      boolean unknown = copyTags && snapshot.tags().isEmpty();
      writing.canWrite(
          unknown ? Map.of("fsp", "dry-run") : snapshot.tags(),
          snapshot.encrypted() || !snapshot.kmsKeyId().isEmpty());
      checks.add(writing.findings());
    }
    return checks.print(new Report(root, "copy"));
  }
}
