package org.snapshotproxy.pipelines.cli;

import java.io.IOException;
import org.snapshotproxy.connectors.aws.AwsAccess;
import org.snapshotproxy.connectors.ebs.DeltaInfo;
import org.snapshotproxy.connectors.ebs.PermissionCheck;
import org.snapshotproxy.connectors.ebs.Snapshots;
import picocli.CommandLine.Parameters;

/** The two snapshots whose changes are meant. */
final class DeltaParameters {
  @Parameters(index = "0", paramLabel = "SNAPSHOT1", description = "Id of the earlier snapshot.")
  private String first;

  @Parameters(
      index = "1",
      paramLabel = "SNAPSHOT2",
      description = "Id of the later snapshot, of the same lineage.")
  private String second;

  String first() {
    return SnapshotId.check(first);
  }

  String second() {
    return SnapshotId.check(second);
  }

  /** Looks at both, and at whether the service compares them. */
  DeltaInfo inspect(AwsAccess access) throws IOException, InterruptedException {
    String from = first();
    String to = second();
    try (Snapshots snapshots = new Snapshots(access)) {
      return snapshots.compare(from, to);
    }
  }

  /** Of which snapshots a command reads blocks. */
  enum Reads {
    NONE,
    SECOND,
    BOTH
  }

  /** The dry run's questions. */
  void check(DryRun checks, AwsAccess access, Reads reads)
      throws IOException, InterruptedException {
    String from = first();
    String to = second();
    try (PermissionCheck permissions = new PermissionCheck(access)) {
      check(permissions, to, reads != Reads.NONE);
      check(permissions, from, reads == Reads.BOTH);
      permissions.canCompare(from, to);
      checks.add(permissions.findings());
    }
  }

  private static void check(PermissionCheck permissions, String snapshotId, boolean read)
      throws IOException, InterruptedException {
    if (read) {
      permissions.canRead(snapshotId);
    } else {
      permissions.canList(snapshotId);
    }
  }
}
