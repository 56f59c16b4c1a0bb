package org.snapshotproxy.pipelines.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.Configuration;
import org.snapshotproxy.connectors.aws.AwsAccess;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.base.Origin;
import org.snapshotproxy.connectors.ebs.PermissionCheck;
import org.snapshotproxy.connectors.ebs.SnapshotSpec;
import org.snapshotproxy.operators.TransferOptions;
import org.snapshotproxy.pipelines.job.JobRunner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code fsp fanout}. */
@Command(
    name = "fanout",
    description = {
      "Makes a new snapshot of a file or a block device in many regions, reading each block once.",
      "One that fails is named with the reason; the others are finished."
    },
    footer = {
      "",
      "Examples:",
      "  fsp fanout disk.img regions.txt --tag Name=web --failed again.txt",
      "  where regions.txt has one destination a line, a region with what is its own:",
      "    # blank lines and comments are left out",
      "    us-east-1",
      "    eu-west-1,profile=backup,kms-key-id=arn:aws:kms:eu-west-1:123456789012:key/web",
      "    eu-west-2,endpoint=https://ebs.example.com,role-arn=arn:aws:iam::123456789012:role/r,encrypted"
    })
final class FanoutCommand implements Callable<Integer> {
  @ParentCommand private FspCommand root;

  @Parameters(
      index = "0",
      paramLabel = "PATH",
      description = "A file or block device, or the URI of a file on any Flink file system.")
  private String path;

  @Parameters(
      index = "1",
      paramLabel = "FILE",
      description =
          "A text file with one region a line, and behind it, with commas, any of profile=NAME, endpoint=URL, kms-key-id=ARN, role-arn=ARN, encrypted.")
  private Path file;

  @Mixin private SnapshotOptions snapshot;
  @Mixin private FailedOption failed;
  @Mixin private ZeroOptions zeros;
  @Mixin private DryRunOption dryRun;

  /**
   * A snapshot to make.
   *
   * @param line of the list
   * @param access to its account and region
   * @param snapshot the snapshot
   */
  private record Target(DestinationLine line, AwsAccess access, NewSnapshot snapshot) {
    String text() {
      return line.text();
    }
  }

  @Override
  public Integer call() throws Exception {
    Settings settings = new Settings(root);
    Configuration config = zeros.apply(settings.flink());
    TransferOptions.Settings transfer = TransferOptions.from(config);
    DestinationList list = DestinationList.read(file);
    List<Target> targets = targets(list, settings);
    UploadOrigin image = UploadOrigin.inspect(path);
    int volumeGiB = snapshot.volumeGiB(Blocks.volumeGiBFor(image.bytes()), path);
    if (dryRun.given(root)) {
      return dryRun(targets);
    }
    failed.begin(list);
    long started = System.nanoTime();
    try (Run run = new Run(root, config, "fanout", image.bytes())) {
      Destinations destinations = new Destinations(root, run);
      for (Target target : targets) {
        destinations.attempt(
            target.text(), () -> start(run, destinations, target, spec(target, volumeGiB, image)));
      }
      JobRunner.Outcome outcome = fill(run, destinations, targets, image, transfer);
      run.succeeded();
      print(targets, destinations, image, volumeGiB, outcome, (System.nanoTime() - started) / 1e9);
      return failed.end(root, list, destinations.failures().keySet());
    }
  }

  private List<Target> targets(DestinationList list, Settings settings) {
    List<Target> targets = new ArrayList<>();
    for (String text : list.lines()) {
      DestinationLine line = DestinationLine.parse(text);
      for (Target other : targets) {
        if (line.isSame(other.line())) {
          throw new UsageException(
              file + ": '" + other.text() + "' and '" + text + "' are the same.");
        }
      }
      try {
        AwsAccess access = settings.destination(line);
        targets.add(new Target(line, access, new NewSnapshot(root, access, snapshot)));
      } catch (FspException e) {
        throw new UsageException(file + ": " + e.getMessage());
      }
    }
    return targets;
  }

  private SnapshotSpec spec(Target target, int volumeGiB, UploadOrigin image) {
    return new SnapshotSpec(
        volumeGiB,
        snapshot.description(""),
        snapshot.tags(),
        target.line().kmsKeyId(snapshot.kmsKeyId()),
        target.line().encrypted() || snapshot.encrypted(),
        "",
        NewSnapshot.clientToken(
            root.runId(), "fanout " + path + " " + image.identity() + " " + target.text()));
  }

  private static void start(Run run, Destinations destinations, Target target, SnapshotSpec spec)
      throws IOException, InterruptedException {
    NewSnapshot started = target.snapshot();
    started.start(run, spec);
    if (!started.isDone()) {
      destinations.add(target.text(), started.destination(), started.undo());
    }
  }

  /** The transfer into all that were started, and the wait for all that were sealed. */
  private JobRunner.Outcome fill(
      Run run,
      Destinations destinations,
      List<Target> targets,
      UploadOrigin image,
      TransferOptions.Settings transfer)
      throws Exception {
    if (destinations.held().isEmpty()) {
      return JobRunner.Outcome.UNKNOWN;
    }
    Origin origin = image.origin(zeros.fullCopy());
    JobRunner.Outcome outcome = destinations.fill("fsp fanout " + path, origin, transfer);
    if (!outcome.attached()) {
      return outcome;
    }
    for (Target target : targets) {
      if (destinations.held().containsKey(target.text())) {
        destinations.attempt(target.text(), () -> target.snapshot().await(run));
      }
    }
    if (!image.isUnchanged()) {
      throw new FspException(
          path
              + " changed while it was read, so the snapshots are of no single moment; stop what writes to it, and begin again.");
    }
    return outcome;
  }

  private void print(
      List<Target> targets,
      Destinations destinations,
      UploadOrigin image,
      int volumeGiB,
      JobRunner.Outcome outcome,
      double seconds) {
    Map<String, String> snapshots = new LinkedHashMap<>();
    for (Target target : targets) {
      if (!destinations.failures().containsKey(target.text())) {
        snapshots.put(key(target, targets), target.snapshot().snapshotId());
      }
    }
    if (snapshots.isEmpty()) {
      return;
    }
    new Report(root, "fanout")
        .field("path", path)
        .field("volume_size_gib", volumeGiB)
        .field("size", image.bytes())
        .size(outcome.written())
        .line(
            "Size of %s is %d bytes and %d chunks. Aligning snapshot to %d GiB boundary.",
            path, image.bytes(), Blocks.blocksFor(image.bytes()), volumeGiB)
        .line("Spawned %d EBS Clients and started a snapshot in each region.", snapshots.size())
        .object(snapshots)
        .field("seconds", seconds)
        .field("bytes_per_second", image.bytes() / Math.max(seconds, 1e-9))
        .field("snapshots", snapshots)
        .field("failures", destinations.failures())
        .print();
  }

  /** The region, or where two lines have the same one, the line. */
  private static String key(Target target, List<Target> targets) {
    String region = target.line().region();
    long same = targets.stream().filter(each -> each.line().region().equals(region)).count();
    return same == 1 ? region : target.text();
  }

  private int dryRun(List<Target> targets) throws Exception {
    DryRun checks = new DryRun();
    checks.check("origin " + path, () -> UploadOrigin.inspect(path));
    for (Target target : targets) {
      try (PermissionCheck permissions = new PermissionCheck(target.access())) {
        permissions.canWrite(
            snapshot.tags(),
            target.line().encrypted()
                || snapshot.encrypted()
                || !target.line().kmsKeyId(snapshot.kmsKeyId()).isEmpty());
        checks.add(permissions.findings());
      }
    }
    return checks.print(new Report(root, "fanout"));
  }
}
