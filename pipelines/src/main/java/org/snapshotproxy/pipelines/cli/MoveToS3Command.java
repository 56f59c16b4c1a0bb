package org.snapshotproxy.pipelines.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.Configuration;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.Destination;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.ebs.PermissionCheck;
import org.snapshotproxy.connectors.s3.Archives;
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

/** {@code fsp movetos3}. */
@Command(
    name = "movetos3",
    description = {
      "Archives a snapshot, an image file or a block device in S3, compressed.",
      "The archive exists when its manifest is written, last of all. A run that was interrupted",
      "goes on where it was when it is repeated, and sends nothing again that is there.",
      "--profile and --endpoint_url behind the command are for S3 only, as in the reference tool."
    },
    footer = {
      "",
      "Examples:",
      "  fsp -o us-east-1 movetos3 snap-0123456789abcdef0 backups/web",
      "  fsp movetos3 snap-0fedcba9876543210 backups/web --parent snap-0123456789abcdef0",
      "  fsp movetos3 disk.img backups --storage-class DEEP_ARCHIVE --zstd-level 9"
    })
final class MoveToS3Command implements Callable<Integer> {
  /** The layouts there are. */
  enum Layout {
    /** Ours: an index, a manifest, increments. */
    FSP,
    /** The reference tool's. */
    REFERENCE
  }

  @ParentCommand private FspCommand root;

  @Parameters(
      index = "0",
      paramLabel = "ORIGIN",
      description = "Id of a completed snapshot, or a file or block device.")
  private String origin;

  @Parameters(
      index = "1",
      paramLabel = "BUCKET[/PREFIX]",
      description = "Where the archive goes, with or without s3:// before it.")
  private String destination;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Name of the archive. Default: the snapshot's id, or the file's name.")
  private String name;

  @Option(
      names = "--parent",
      paramLabel = "NAME",
      description = {
        "Archive at the same place, of an earlier snapshot of the same volume. Only what changed",
        "since is stored; what did not stays with the parent, which must not be deleted then."
      })
  private String parent;

  @Option(
      names = "--layout",
      paramLabel = "LAYOUT",
      defaultValue = "fsp",
      description = "fsp, or reference: as the reference tool writes it. Default: fsp.")
  private Layout layout;

  @Option(
      names = "--replace",
      description =
          "Replace an archive of that name that is of something else. Its objects stay in the bucket.")
  private boolean replace;

  @Option(
      names = {"-d", "--destination_region", "--destination-region"},
      paramLabel = "REGION",
      description = "Region of the bucket. Default: -o, then its profile's region.")
  private String region;

  @Mixin private S3Options s3;
  @Mixin private ArchiveObjects objects;
  @Mixin private ZeroOptions zeros;
  @Mixin private DryRunOption dryRun;

  @Override
  public Integer call() throws Exception {
    Settings settings = new Settings(root);
    Configuration config = zeros.apply(settings.flink());
    if (parent != null && config.get(TransferOptions.SKIP_ZEROS)) {
      throw new UsageException(
          "--skip-zeros would let the parent's data show through; it is for archives without a parent.");
    }
    if (parent != null && zeros.fullCopy()) {
      throw new UsageException(
          "--full_copy stores everything, so it is for archives without a --parent.");
    }
    if (parent != null && layout == Layout.REFERENCE) {
      throw new UsageException(
          "The reference tool's layout has no increments; leave out --parent.");
    }
    S3Access bucket = s3.s3(root, region == null ? root.originRegion() : region);
    S3Location place = S3Location.parse(destination);
    long started = System.nanoTime();
    Archived archived =
        Archived.inspect(
            origin,
            s3.ebs(root, root.originRegion()),
            zeros.fullCopy(),
            settings.listConcurrency());
    String archive = name == null ? defaultName(archived) : name;
    NewArchive target =
        new NewArchive(bucket, place, archive, objects.options(config), replace, parent);
    if (dryRun.given(root)) {
      return dryRun(archived, target);
    }
    try (Run run = new Run(root, config, "movetos3", archived.bytes())) {
      TransferOptions.Settings transfer = TransferOptions.from(config);
      NewArchive.Prepared prepared = prepare(target, archived, true);
      JobRunner.Outcome outcome = transfer(run, prepared, transfer);
      archived.checkUnchanged();
      run.succeeded();
      if (outcome.attached()) {
        print(prepared, outcome, (System.nanoTime() - started) / 1e9);
      }
    }
    return 0;
  }

  private static String defaultName(Archived archived) {
    String name = archived.defaultName();
    if (!Archives.isName(name)) {
      throw new UsageException(
          "'" + name + "' cannot be an archive's name; give this one another with --name.");
    }
    return name;
  }

  private NewArchive.Prepared prepare(NewArchive target, Archived archived, boolean begins)
      throws IOException, InterruptedException {
    return layout == Layout.REFERENCE ? target.reference(archived, begins) : target.own(archived);
  }

  private JobRunner.Outcome transfer(
      Run run, NewArchive.Prepared prepared, TransferOptions.Settings settings)
      throws IOException, InterruptedException {
    List<Destination> destinations = List.of(prepared.destination());
    try {
      return run.job(
          "fsp movetos3 " + origin,
          env -> TransferJob.transfer(env, prepared.archived().origin(), destinations, settings));
    } catch (IOException | FspException e) {
      run.warn(
          "what was written stays in "
              + prepared.destination().name()
              + "; it is no archive yet. Repeat the command to go on with it.");
      throw e;
    }
  }

  private void print(NewArchive.Prepared prepared, JobRunner.Outcome outcome, double seconds) {
    long blocks = outcome.written() + outcome.skipped() + outcome.cleared();
    Report report = new Report(root, "movetos3");
    prepared.archived().describe(report, outcome, seconds);
    report
        .field("archive", prepared.destination().name())
        .field("parent", parent)
        .took("movetos3", blocks * Blocks.SIZE, seconds)
        .print();
  }

  private int dryRun(Archived archived, NewArchive target) throws Exception {
    DryRun checks = new DryRun();
    String subject = "archive " + target.uri();
    try {
      NewArchive.Prepared prepared = prepare(target, archived, false);
      checks.add(prepared.archived().permissions());
      checks.check(subject, () -> {});
    } catch (FspException e) {
      checks.add(archived.permissions());
      checks.check(
          subject,
          () -> {
            throw e;
          });
    }
    for (String action : unasked()) {
      checks.add(
          List.of(
              new PermissionCheck.Finding(
                  action + " for " + target.uri(),
                  PermissionCheck.Outcome.UNKNOWN,
                  "the service has no dry run for it")));
    }
    return checks.print(new Report(root, "movetos3"));
  }

  /** What S3 is asked for by writing only. */
  private List<String> unasked() {
    List<String> actions = new ArrayList<>(List.of("s3:PutObject"));
    if (objects.isTagged()) {
      actions.add("s3:PutObjectTagging");
    }
    if (layout == Layout.REFERENCE) {
      actions.add("s3:DeleteObject");
    }
    return actions;
  }
}
