package org.snapshotproxy.pipelines.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.Configuration;
import org.snapshotproxy.connectors.aws.AwsAccess;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.device.DeltaTarget;
import org.snapshotproxy.connectors.device.LocalDigests;
import org.snapshotproxy.connectors.device.LocalTarget;
import org.snapshotproxy.connectors.ebs.DeltaInfo;
import org.snapshotproxy.connectors.ebs.DeltaOrigin;
import org.snapshotproxy.operators.TransferOptions;
import org.snapshotproxy.pipelines.job.JobRunner;
import org.snapshotproxy.pipelines.job.TransferJob;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code fsp deltadownload}. */
@Command(
    name = "deltadownload",
    description = {
      "Makes a file or a block device that holds SNAPSHOT1 be SNAPSHOT2, in place: only blocks",
      "that differ are written, and those that SNAPSHOT2 no longer has become zeros. While it",
      "runs the target is neither; if it fails, repeat it to finish."
    },
    footer = {
      "",
      "Examples:",
      "  fsp deltadownload snap-0123456789abcdef0 snap-0fedcba9876543210 disk.img",
      "  fsp deltadownload snap-0123456789abcdef0 snap-0fedcba9876543210 /dev/nvme1n1 --verify-base=sample"
    })
final class DeltaDownloadCommand implements Callable<Integer> {
  @ParentCommand private FspCommand root;

  @Mixin private DeltaParameters snapshots;

  @Parameters(
      index = "2",
      paramLabel = "PATH",
      description = "A file or a block device that holds SNAPSHOT1.")
  private Path path;

  @Option(
      names = "--force",
      description =
          "Write to a block device although it is mounted or in use. Never makes one larger.")
  private boolean force;

  @Mixin private DeltaOptions options;
  @Mixin private DryRunOption dryRun;

  @Override
  public Integer call() throws Exception {
    Settings settings = new Settings(root);
    AwsAccess access = settings.origin();
    Configuration config = DeltaOptions.requireZeros(settings.flink());
    if (dryRun.given(root)) {
      return dryRun(access);
    }
    long started = System.nanoTime();
    DeltaInfo delta = snapshots.inspect(access);
    DeltaSteps steps = new DeltaSteps(root, config, access, delta, settings.listConcurrency());
    DeltaTarget target = target(delta);
    check(target);
    steps.verifyBase(options, path.toString(), LocalDigests.of(path));
    // Counted before, where the transfer moves or clears more than what differs.
    boolean more = (options.fullCopy() || delta.grows()) && JobRunner.isAttached();
    JobRunner.Outcome counted = more ? steps.count() : null;
    JobRunner.Outcome written = transfer(config, steps, target);
    if (written.attached()) {
      print(
          delta, more ? counted : written, written.written(), (System.nanoTime() - started) / 1e9);
    }
    return 0;
  }

  private void check(DeltaTarget target) {
    target.check();
    if (options.verifies() && target.isBegun()) {
      throw new FspException(
          path
              + " no longer reads as "
              + target.first()
              + ", for an earlier run of this delta began to write to it; leave out --verify-base to finish it.");
    }
  }

  private JobRunner.Outcome transfer(Configuration config, DeltaSteps steps, DeltaTarget target)
      throws IOException, InterruptedException {
    TransferOptions.Settings transfer = TransferOptions.from(config);
    // A file is extended with zeros, but a device holds anything where the volume grows.
    DeltaOrigin origin = steps.origin(options, DeltaOrigin.Growth.CLEAR);
    try (Run run = new Run(root, config, "deltadownload", target.whole().volumeBytes())) {
      LocalTarget.Prepared prepared = target.prepare(root.runId());
      run.onFailure(path + " is not whole", () -> tellHalfway(target));
      prepared.warnings().forEach(run::warn);
      JobRunner.Outcome outcome =
          run.job(
              "fsp deltadownload " + target.first() + " " + target.second(),
              env -> TransferJob.transfer(env, origin, List.of(prepared.destination()), transfer));
      run.succeeded();
      return outcome;
    }
  }

  private void tellHalfway(DeltaTarget target) {
    root.err()
        .println(
            "fsp: "
                + path
                + " is now partly "
                + target.first()
                + " and partly "
                + target.second()
                + "; repeat the command to finish it.");
  }

  private void print(DeltaInfo delta, JobRunner.Outcome differing, long written, double seconds) {
    Report report = new Report(root, "deltadownload");
    Lines.diff(report, delta, differing.written(), differing.cleared(), seconds)
        .paths(List.of(path.toString()))
        .field("written", written)
        .took("deltadownload", (written + differing.cleared()) * Blocks.SIZE, seconds)
        .print();
  }

  private DeltaTarget target(DeltaInfo delta) {
    LocalTarget whole =
        new LocalTarget(
            path, delta.second().volumeGiB() * Blocks.GIB, force, !JobRunner.isEmbedded());
    return new DeltaTarget(
        whole,
        delta.first().snapshotId(),
        delta.second().snapshotId(),
        delta.first().volumeGiB() * Blocks.GIB);
  }

  private int dryRun(AwsAccess access) throws Exception {
    DryRun checks = new DryRun();
    snapshots.check(checks, access, options.reads());
    DeltaInfo delta;
    try {
      delta = snapshots.inspect(access);
    } catch (FspException e) {
      // The target cannot be judged without the volumes' sizes.
      checks.check(
          "changes",
          () -> {
            throw e;
          });
      return checks.print(new Report(root, "deltadownload"));
    }
    DeltaTarget target = target(delta);
    checks.check(
        "target " + path,
        () -> target.check().forEach(w -> root.err().println("fsp: warning: " + w)));
    return checks.print(new Report(root, "deltadownload"));
  }
}
