package org.snapshotproxy.pipelines.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.Configuration;
import org.snapshotproxy.connectors.aws.AwsAccess;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.base.Origin;
import org.snapshotproxy.connectors.base.source.ChildOrigin;
import org.snapshotproxy.connectors.base.source.ListedOrigin;
import org.snapshotproxy.connectors.ebs.EbsOrigin;
import org.snapshotproxy.connectors.ebs.PermissionCheck;
import org.snapshotproxy.connectors.ebs.SnapshotInfo;
import org.snapshotproxy.connectors.ebs.SnapshotSpec;
import org.snapshotproxy.connectors.ebs.Snapshots;
import org.snapshotproxy.operators.TransferOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code fsp upload}. */
@Command(
    name = "upload",
    description = {
      "Makes a new snapshot of a file or a block device of any length.",
      "Holes of a sparse file are left out; written zeros are sent, unless --skip-zeros."
    },
    footer = {
      "",
      "Examples:",
      "  fsp upload disk.img -d us-east-1 --description 'web server' --tag Name=web",
      "  fsp upload s3://images/disk.img -d us-east-1"
    })
final class UploadCommand implements Callable<Integer> {
  @ParentCommand private FspCommand root;

  @Parameters(
      paramLabel = "PATH",
      description = "A file or block device, or the URI of a file on any Flink file system.")
  private String path;

  @Option(
      names = {"--parent_snapshot_id", "--parent-snapshot-id"},
      paramLabel = "SNAPSHOT",
      description =
          "Make the new snapshot a child of this one, so that diff and sync know both; what the image does not hold is cleared.")
  private String parentSnapshotId;

  @Mixin private DestinationOptions destination;
  @Mixin private SnapshotOptions snapshot;
  @Mixin private ZeroOptions zeros;
  @Mixin private DryRunOption dryRun;

  @Override
  public Integer call() throws Exception {
    Settings settings = new Settings(root);
    Configuration config = zeros.apply(settings.flink());
    if (parentSnapshotId != null && config.get(TransferOptions.SKIP_ZEROS)) {
      throw new UsageException(
          "--skip-zeros would let the parent's data show through; it is for snapshots without a parent.");
    }
    AwsAccess access = settings.destination(destination);
    UploadOrigin image = UploadOrigin.inspect(path);
    int volumeGiB = snapshot.volumeGiB(Blocks.volumeGiBFor(image.bytes()), path);
    SnapshotSpec spec = spec(access, volumeGiB, image);
    if (dryRun.given(root)) {
      return dryRun(access);
    }
    Origin origin = origin(image, access, volumeGiB, settings.listConcurrency());
    long started = System.nanoTime();
    try (Run run = new Run(root, config, "upload", image.bytes())) {
      NewSnapshot.Filled filled =
          new NewSnapshot(root, access, snapshot)
              .fill(run, "fsp upload " + path, origin, config, spec);
      if (!image.isUnchanged()) {
        throw new FspException(
            path
                + " changed while it was read, so the snapshot is of no single moment; stop what writes to it, and upload again.");
      }
      run.succeeded();
      if (filled.outcome().attached()) {
        print(image, filled, volumeGiB, access, (System.nanoTime() - started) / 1e9);
      } else {
        root.out().println(filled.snapshotId());
      }
    }
    return 0;
  }

  private Origin origin(UploadOrigin image, AwsAccess access, int volumeGiB, int listConcurrency)
      throws IOException, InterruptedException {
    if (parentSnapshotId == null) {
      return image.origin(zeros.fullCopy());
    }
    ListedOrigin covering = image.covering(volumeGiB);
    if (zeros.fullCopy()) {
      return covering;
    }
    SnapshotInfo parent;
    try (Snapshots snapshots = new Snapshots(access)) {
      parent = snapshots.inspect(parentSnapshotId);
    } catch (FspException e) {
      throw new FspException(
          "The parent must be readable, for a child keeps its blocks where the image has none"
              + " (or pass --full_copy, which sends every block): "
              + e.getMessage(),
          e);
    }
    EbsOrigin held =
        new EbsOrigin(access, parent, EbsOrigin.Unlisted.IGNORE, false, listConcurrency);
    return new ChildOrigin(covering, held, listConcurrency);
  }

  private SnapshotSpec spec(AwsAccess access, int volumeGiB, UploadOrigin image) {
    String parent = parentSnapshotId == null ? "" : SnapshotId.check(parentSnapshotId);
    return new SnapshotSpec(
        volumeGiB,
        snapshot.description(""),
        snapshot.tags(),
        snapshot.kmsKeyId(),
        snapshot.encrypted(),
        parent,
        NewSnapshot.clientToken(
            root.runId(), "upload " + path + " " + image.identity() + " " + access.region()));
  }

  private void print(
      UploadOrigin image,
      NewSnapshot.Filled filled,
      int volumeGiB,
      AwsAccess access,
      double seconds) {
    long uploaded = filled.outcome().written();
    new Report(root, "upload")
        .field("path", path)
        .field("region", access.region())
        .field("volume_size_gib", volumeGiB)
        .field("size", image.bytes())
        .size(uploaded)
        .line(
            "Size of %s is %d bytes and %d chunks",
            path, image.bytes(), Blocks.blocksFor(image.bytes()))
        .took(path, image.bytes(), seconds)
        .line("Total chunks uploaded %d", uploaded)
        .line("Snapshot of a volume of %d GiB in %s:", volumeGiB, access.region())
        .line("%s", filled.snapshotId())
        .field("snapshot", filled.snapshotId())
        .print();
  }

  private int dryRun(AwsAccess access) throws Exception {
    DryRun checks = new DryRun();
    checks.check("origin " + path, () -> UploadOrigin.inspect(path));
    try (PermissionCheck permissions = new PermissionCheck(access)) {
      if (parentSnapshotId != null && !zeros.fullCopy()) {
        permissions.canList(parentSnapshotId);
      }
      permissions.canWrite(snapshot.tags(), snapshot.encrypted() || !snapshot.kmsKeyId().isEmpty());
      checks.add(permissions.findings());
    }
    return checks.print(new Report(root, "upload"));
  }
}
