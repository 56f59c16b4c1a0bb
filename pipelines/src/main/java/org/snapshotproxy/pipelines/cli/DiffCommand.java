package org.snapshotproxy.pipelines.cli;

import java.util.concurrent.Callable;
import org.apache.flink.configuration.Configuration;
import org.snapshotproxy.connectors.aws.AwsAccess;
import org.snapshotproxy.connectors.ebs.DeltaInfo;
import org.snapshotproxy.pipelines.job.JobRunner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** {@code fsp diff}. */
@Command(
    name = "diff",
    description = {
      "Counts the blocks in which two snapshots of one lineage differ: what a delta has to move.",
      "Blocks that only the earlier one has count too: a delta has to clear them."
    },
    footer = {
      "",
      "Examples:",
      "  fsp -o us-east-1 diff snap-0123456789abcdef0 snap-0fedcba9876543210",
      "  fsp diff snap-0123456789abcdef0 snap-0fedcba9876543210 --map --export changes"
    })
final class DiffCommand implements Callable<Integer> {
  @ParentCommand private FspCommand root;

  @Mixin private DeltaParameters snapshots;
  @Mixin private MapOptions map;
  @Mixin private DryRunOption dryRun;

  @Override
  public Integer call() throws Exception {
    Settings settings = new Settings(root);
    AwsAccess access = settings.origin();
    Configuration config = settings.flink();
    Report report = new Report(root, "diff");
    if (dryRun.given(root)) {
      DryRun checks = new DryRun();
      snapshots.check(
          checks,
          access,
          map.digests() ? DeltaParameters.Reads.SECOND : DeltaParameters.Reads.NONE);
      map.check(root, checks);
      return checks.print(report);
    }
    long started = System.nanoTime();
    DeltaInfo delta = snapshots.inspect(access);
    DeltaSteps steps = new DeltaSteps(root, config, access, delta, settings.listConcurrency());
    BlockListing listing = steps.listing(map);
    JobRunner.Outcome outcome = steps.list(listing, map.digests());
    if (outcome.attached()) {
      double seconds = (System.nanoTime() - started) / 1e9;
      Lines.diff(report, delta, outcome.written(), outcome.cleared(), seconds);
      listing.draw(report, outcome);
      report.field("seconds", seconds).print();
    }
    return 0;
  }
}
