package org.snapshotproxy.pipelines.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.Configuration;
import org.snapshotproxy.connectors.aws.AwsAccess;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.Destination;
import org.snapshotproxy.connectors.ebs.PermissionCheck;
import org.snapshotproxy.connectors.ebs.SnapshotSpec;
import org.snapshotproxy.connectors.s3.S3Access;
import org.snapshotproxy.connectors.s3.S3Location;
import org.snapshotproxy.operators.TransferOptions;
import org.snapshotproxy.pipelines.job.JobRunner;
import org.snapshotproxy.pipelines.job.TransferJob;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code fsp getfroms3}. */
@Command(
    name = "getfroms3",
    description = {
      "Makes a new snapshot, a file or a block device of an archive in S3, of this tool or of the",
      "reference tool. Every object is checked against its digests before it is used.",
      "--profile and --endpoint_url behind the command are for S3 only, as in the reference tool."
    },
    footer = {
      "",
      "Examples:",
      "  fsp getfroms3 snap-0123456789abcdef0 backups/web -d eu-west-1",
      "  fsp getfroms3 snap-0123456789abcdef0 backups/web restored.img",
      "  fsp getfroms3 disk.img backups /dev/nvme1n1"
    })
final class GetFromS3Command implements Callable<Integer> {
  @ParentCommand private FspCommand root;

  @Parameters(
      index = "0",
      paramLabel = "NAME",
      description =
          "Name of the archive: the snapshot's id, or what --name gave it. Of the reference tool's, also its directory, ID.GIB.")
  private String name;

  @Parameters(
      index = "1",
      paramLabel = "BUCKET[/PREFIX]",
      description = "Where the archive is, with or without s3:// before it.")
  private String bucket;

  @Parameters(
      index = "2",
      arity = "0..1",
      paramLabel = "PATH",
      description = "A file, new or old, or a block device. Default: a new snapshot.")
  private Path path;

  @Option(
      names = {"-d", "--destination_region", "--destination-region"},
      paramLabel = "REGION",
      description = "Region of the new snapshot. Default: -o, then its profile's region.")
  private String region;

  @Option(
      names = "--force",
      description =
          "Write to a block device although it is mounted or in use. Never makes one larger.")
  private boolean force;

  @Mixin private S3Options s3;
  @Mixin private SnapshotOptions snapshot;
  @Mixin private ZeroOptions zeros;
  @Mixin private DryRunOption dryRun;

  @Override
  public Integer call() throws Exception {
    Settings settings = new Settings(root);
    Configuration config = zeros.apply(settings.flink());
    S3Access access = s3.s3(root, root.originRegion());
    long started = System.nanoTime();
    Restored restored =
        Restored.find(access, S3Location.parse(bucket), name, settings.listConcurrency());
    if (path != null) {
      return toPath(restored, config, started);
    }
    return toSnapshot(restored, config, started);
  }

  private int toSnapshot(Restored restored, Configuration config, long started) throws Exception {
    AwsAccess to = s3.ebs(root, region == null ? root.originRegion() : region);
    if (dryRun.given(root)) {
      return dryRun(restored, to);
    }
    int volumeGiB = snapshot.volumeGiB(restored.volumeGiB(), restored.uri());
    SnapshotSpec spec =
        new SnapshotSpec(
            volumeGiB,
            snapshot.description(""),
            snapshot.tags(),
            snapshot.kmsKeyId(),
            snapshot.encrypted(),
            "",
            NewSnapshot.clientToken(
                root.runId(), "getfroms3 " + restored.identity() + " " + to.region()));
    try (Run run = new Run(root, config, "getfroms3", restored.bytes())) {
      NewSnapshot.Filled filled =
          new NewSnapshot(root, to, snapshot)
              .fill(run, "fsp getfroms3 " + name, restored.origin(zeros.fullCopy()), config, spec);
      run.succeeded();
      if (filled.outcome().attached()) {
        report(restored, filled.outcome(), (System.nanoTime() - started) / 1e9)
            .line("%s", filled.snapshotId())
            .field("volume_size_gib", volumeGiB)
            .field("destination_region", to.region())
            .field("destination_snapshot", filled.snapshotId())
            .print();
      } else {
        root.out().println(filled.snapshotId());
      }
    }
    return 0;
  }

  private int toPath(Restored restored, Configuration config, long started) throws Exception {
    PathTarget target = PathTarget.of(root, path, restored.bytes(), force, config);
    if (dryRun.given(root)) {
      DryRun checks = new DryRun();
      checks.check("archive " + restored.uri(), () -> {});
      checks.check("target " + path, target::check);
      return checks.print(new Report(root, "getfroms3"));
    }
    try (Run run = new Run(root, config, "getfroms3", restored.bytes())) {
      Destination destination = target.prepare(run);
      TransferOptions.Settings transfer = TransferOptions.from(config);
      JobRunner.Outcome outcome =
          run.job(
              "fsp getfroms3 " + name,
              env ->
                  TransferJob.transfer(
                      env, restored.origin(target.isDevice()), List.of(destination), transfer));
      run.succeeded();
      if (outcome.attached()) {
        Report report = new Report(root, "getfroms3");
        report.paths(List.of(path.toString()));
        fill(report, restored, outcome, (System.nanoTime() - started) / 1e9).print();
      }
    }
    return 0;
  }

  private Report report(Restored restored, JobRunner.Outcome outcome, double seconds) {
    return fill(new Report(root, "getfroms3"), restored, outcome, seconds);
  }

  private static Report fill(
      Report report, Restored restored, JobRunner.Outcome outcome, double seconds) {
    long blocks = outcome.written() + outcome.skipped();
    return report
        .field("archive", restored.uri())
        .size(blocks)
        .field("cleared", outcome.cleared())
        .took("getfroms3", blocks * Blocks.SIZE, seconds);
  }

  private int dryRun(Restored restored, AwsAccess to) throws Exception {
    DryRun checks = new DryRun();
    checks.check("archive " + restored.uri(), () -> {});
    try (PermissionCheck writing = new PermissionCheck(to)) {
      writing.canWrite(snapshot.tags(), snapshot.encrypted() || !snapshot.kmsKeyId().isEmpty());
      checks.add(writing.findings());
    }
    return checks.print(new Report(root, "getfroms3"));
  }
}
