package org.snapshotproxy.pipelines.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.Configuration;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.base.Nowhere;
import org.snapshotproxy.connectors.s3.S3Access;
import org.snapshotproxy.connectors.s3.S3Location;
import org.snapshotproxy.operators.BlockRange;
import org.snapshotproxy.operators.Totals;
import org.snapshotproxy.operators.TransferOptions;
import org.snapshotproxy.pipelines.job.CompareJob;
import org.snapshotproxy.pipelines.job.JobRunner;
import org.snapshotproxy.pipelines.job.TransferJob;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code fsp verify}. */
@Command(
    name = "verify",
    description = {
      "Tells whether two places read as the same bytes: reads every block of both, checks each",
      "against the SHA-256 that its place declares, and compares the digests. A block that was",
      "never written is zeros, and so is what follows the end of the shorter place; of a block",
      "device, what lies behind the other place's end is not compared. An archive alone is read",
      "whole, every object and every digest checked.",
      "Exit code 0: equal; 1: different, or the comparison failed."
    },
    footer = {
      "",
      "Examples:",
      "  fsp verify snap-0123456789abcdef0 disk.img -o us-east-1",
      "  fsp verify disk.img /dev/nvme1n1",
      "  fsp verify s3://backups/web/snap-0123456789abcdef0",
      "  fsp verify snap-0123456789abcdef0 snap-0fedcba9876543210 -o us-east-1 -d eu-west-1"
    })
final class VerifyCommand implements Callable<Integer> {
  @ParentCommand private FspCommand root;

  @Parameters(
      index = "0",
      paramLabel = "A",
      description =
          "A snapshot (snap-..., or ebs://REGION/snap-...), a file, a block device, the URI of a file, or an archive (s3://BUCKET/PREFIX/NAME).")
  private String first;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "B",
      description =
          "Another such place; a snapshot of the region -d. May be left out for an archive.")
  private String second;

  @Mixin private DestinationOptions destination;
  @Mixin private S3Options s3;
  @Mixin private DryRunOption dryRun;

  @Override
  public Integer call() throws Exception {
    Settings settings = new Settings(root);
    Configuration config = settings.flink();
    S3Access archives = s3.s3(root, root.originRegion());
    Place a = Place.of(first, settings.origin(), archives);
    if (second == null) {
      return readWhole(a, config, settings.listConcurrency());
    }
    Place b = Place.of(second, settings.destination(destination), archives);
    if (dryRun.given(root)) {
      DryRun checks = new DryRun();
      a.check(checks);
      b.check(checks);
      return checks.print(new Report(root, "verify"));
    }
    long started = System.nanoTime();
    Place.Found wholeA = a.find(settings.listConcurrency());
    Place.Found wholeB = b.find(settings.listConcurrency());
    Place.Found readA = wholeA.atMost(wholeB.bytes());
    Place.Found readB = wholeB.atMost(wholeA.bytes());
    try (Run run = new Run(root, config, "verify", readA.bytes() + readB.bytes())) {
      JobRunner.Outcome outcome = compare(run, readA, readB, TransferOptions.from(config));
      long restA = wholeA.bytes() - readA.bytes();
      long restB = wholeB.bytes() - readB.bytes();
      warnOfRest(run, first, restA, second);
      warnOfRest(run, second, restB, first);
      long bytes = Math.max(readA.bytes(), readB.bytes());
      double seconds = (System.nanoTime() - started) / 1e9;
      Report report = new Report(root, "verify").field("bytes_not_compared", restA + restB);
      return tell(run, outcome, bytes, report.field("seconds", seconds));
    }
  }

  private int readWhole(Place place, Configuration config, int listConcurrency) throws Exception {
    if (!S3Location.isUri(first)) {
      throw new UsageException(
          "verify compares two places, and only "
              + first
              + " is given; name the other one, for only an archive can be verified alone, such as s3://bucket/prefix/name.");
    }
    Report report = new Report(root, "verify");
    if (dryRun.given(root)) {
      DryRun checks = new DryRun();
      place.check(checks);
      return checks.print(report);
    }
    long started = System.nanoTime();
    Place.Found found = place.find(listConcurrency);
    TransferOptions.Settings transfer = TransferOptions.from(config);
    try (Run run = new Run(root, config, "verify", found.bytes())) {
      JobRunner.Outcome outcome =
          run.job(
              "fsp verify " + first,
              env -> TransferJob.transfer(env, found.origin(), List.of(new Nowhere()), transfer));
      run.succeeded();
      if (outcome.attached()) {
        long blocks = outcome.written() + outcome.skipped();
        report
            .field("first", first)
            .field("whole", true)
            .size(blocks)
            .field("seconds", (System.nanoTime() - started) / 1e9)
            .line(
                "%s is whole: %d blocks, %d bytes read and checked.",
                first, blocks, blocks * Blocks.SIZE)
            .print();
      }
    }
    return 0;
  }

  private JobRunner.Outcome compare(
      Run run, Place.Found a, Place.Found b, TransferOptions.Settings settings) throws Exception {
    JobRunner.Outcome outcome =
        run.job(
            "fsp verify " + first + " " + second,
            env -> CompareJob.compare(env, a.origin(), b.origin(), settings));
    if (!outcome.attached()) {
      throw new FspException(
          "The comparison was only submitted, so its result is not known here; it will stand among the job's accumulators as "
              + Totals.DIFFERING
              + ".");
    }
    check(first, a);
    check(second, b);
    run.succeeded();
    return outcome;
  }

  private static void check(String name, Place.Found place) {
    if (!place.unchanged().getAsBoolean()) {
      throw new FspException(
          name
              + " changed while it was read, so nothing can be said of it; stop what writes to it, and verify again.");
    }
  }

  private static void warnOfRest(Run run, String longer, long bytes, String shorter) {
    if (bytes > 0) {
      run.warn(
          String.format(
              "the last %d bytes of %s, behind the end of %s, were not compared",
              bytes, longer, shorter));
    }
  }

  private int tell(Run run, JobRunner.Outcome outcome, long bytes, Report report) {
    long blocks = Blocks.blocksFor(bytes);
    long differing = outcome.reported(Totals.DIFFERING, Long.class);
    long ranges = outcome.reported(Totals.RANGES, Long.class);
    List<?> kept = outcome.reported(Totals.FIRST_RANGES, List.class);
    List<BlockRange> told = kept.stream().map(BlockRange.class::cast).toList();
    report
        .field("first", first)
        .field("second", second)
        .field("equal", differing == 0)
        .field("blocks", blocks)
        .field("bytes", bytes)
        .field("blocks_with_data", outcome.reported(Totals.COMPARED, Long.class))
        .field("differing_blocks", differing)
        .field("differing_ranges", ranges)
        .field("ranges", told.stream().map(range -> fields(range, bytes)).toList());
    if (differing == 0) {
      report.line(
          "%s and %s are equal: %d blocks, %d bytes compared.", first, second, blocks, bytes);
    } else {
      for (BlockRange range : told) {
        report.line(
            "differs: blocks %d-%d, bytes %d-%d",
            range.first(), range.last(), Blocks.offset(range.first()), lastByte(range, bytes));
      }
      report.line("%s and %s differ in %d of %d blocks.", first, second, differing, blocks);
    }
    if (ranges > told.size()) {
      run.warn("only the first " + told.size() + " of " + ranges + " differing ranges are told");
    }
    report.print();
    return differing == 0 ? 0 : 1;
  }

  private static Map<String, Long> fields(BlockRange range, long bytes) {
    Map<String, Long> fields = new LinkedHashMap<>();
    fields.put("first_block", (long) range.first());
    fields.put("last_block", (long) range.last());
    fields.put("first_byte", Blocks.offset(range.first()));
    fields.put("last_byte", lastByte(range, bytes));
    return fields;
  }

  /** The last block may reach past what was compared. */
  private static long lastByte(BlockRange range, long bytes) {
    return Math.min(bytes, Blocks.offset(range.last() + 1)) - 1;
  }
}
