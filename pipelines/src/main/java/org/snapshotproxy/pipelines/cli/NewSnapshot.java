package org.snapshotproxy.pipelines.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.snapshotproxy.connectors.aws.AwsAccess;
import org.snapshotproxy.connectors.base.Destination;
import org.snapshotproxy.connectors.base.Digests;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.base.Origin;
import org.snapshotproxy.connectors.ebs.EbsDestination;
import org.snapshotproxy.connectors.ebs.SnapshotSpec;
import org.snapshotproxy.connectors.ebs.Snapshots;
import org.snapshotproxy.operators.TransferOptions;
import org.snapshotproxy.pipelines.job.JobRunner;
import org.snapshotproxy.pipelines.job.TransferJob;

/**
 * A new snapshot on its way from nothing to completed: start, transfer, seal (by the job), wait.
 * {@link #fill} goes the whole way; where one job fills several, each is started and waited for by
 * itself. Used by one thread.
 */
final class NewSnapshot {
  /** Completion takes minutes at most; a day is beyond any that still comes. */
  private static final Duration COMPLETION_PATIENCE = Duration.ofHours(24);

  private final FspCommand root;
  private final AwsAccess access;
  private final SnapshotOptions options;

  /** Whether this run's own job sealed the snapshot. */
  private volatile boolean sealed;

  private String snapshotId;
  private boolean done;
  private Runnable undo;

  NewSnapshot(FspCommand root, AwsAccess access, SnapshotOptions options) {
    this.root = root;
    this.access = access;
    this.options = options;
  }

  /**
   * A snapshot that was filled.
   *
   * @param snapshotId its id
   * @param outcome what the job counted
   */
  record Filled(String snapshotId, JobRunner.Outcome outcome) {}

  /**
   * The run's token for this request: the same run, asking for the same, gets the same snapshot.
   *
   * @param what tells this request from the run's others
   */
  static String clientToken(String runId, String what) {
    MessageDigest digest = Digests.newSha256();
    digest.update((runId + '\n' + what).getBytes(StandardCharsets.UTF_8));
    return "fsp-" + HexFormat.of().formatHex(digest.digest(), 0, 16);
  }

  /** Starts the snapshot, fills it from the origin and waits for it as the options say. */
  Filled fill(Run run, String jobName, Origin origin, Configuration config, SnapshotSpec spec)
      throws IOException, InterruptedException {
    // Refuses wrong settings before there is a snapshot.
    TransferOptions.Settings transfer = TransferOptions.from(config);
    start(run, spec);
    if (done) {
      return new Filled(snapshotId, JobRunner.Outcome.UNKNOWN);
    }
    List<Destination> destinations = List.of(destination());
    JobRunner.Outcome outcome =
        run.job(jobName, env -> TransferJob.transfer(env, origin, destinations, transfer));
    if (outcome.attached()) {
      await(run);
    } else {
      run.succeeded();
    }
    return new Filled(snapshotId, outcome);
  }

  /**
   * Starts the snapshot, or finds the one that the same named run started before.
   *
   * @throws FspException also if that one can no longer be filled
   */
  void start(Run run, SnapshotSpec spec) throws IOException, InterruptedException {
    try (Snapshots snapshots = new Snapshots(access)) {
      snapshotId = snapshots.start(spec);
      done = root.runIdGiven() && isCompleted(snapshots);
    }
    if (done) {
      run.warn("run " + root.runId() + " has already made this snapshot; nothing was moved again");
      return;
    }
    undo =
        run.onFailure(
            snapshotId + " in " + access.region() + " was started and is not completed",
            this::takeBack);
  }

  /** Once started. */
  String snapshotId() {
    return snapshotId;
  }

  /** Whether an earlier run of this name completed it, so that nothing is left to do. */
  boolean isDone() {
    return done;
  }

  /** Where the job moves the blocks to, once started and not done. */
  EbsDestination destination() {
    return new EbsDestination(access, snapshotId);
  }

  /** For {@link Run#takeBack}, once started and not done. */
  Runnable undo() {
    return undo;
  }

  /** After the job has sealed it: waits as the options say. */
  void await(Run run) throws IOException, InterruptedException {
    sealed = true;
    if (!options.await()) {
      return;
    }
    try (Snapshots snapshots = new Snapshots(access)) {
      if (!snapshots.awaitCompleted(snapshotId, COMPLETION_PATIENCE)) {
        run.warn(
            snapshotId
                + " is sealed; whether it is completed cannot be seen without the permission ec2:DescribeSnapshots.");
      }
    }
  }

  private boolean isCompleted(Snapshots snapshots) throws IOException, InterruptedException {
    String state;
    try {
      state = snapshots.describe(snapshotId).map(Snapshots.Described::state).orElse("");
    } catch (FspException e) {
      return false; // EC2 does not know it yet, so it is new
    }
    if (state.equals("error")) {
      throw new FspException(
          "The service has given up "
              + snapshotId
              + " in "
              + access.region()
              + ", which --run-id "
              + root.runId()
              + " stands for, as it does "
              + Snapshots.IDLE.toHours()
              + " hours after the last block; delete it, and begin anew with another --run-id.");
    }
    return state.equals("completed");
  }

  private void takeBack() throws IOException, InterruptedException {
    if (root.runIdGiven() && !sealed) {
      // Another run of this name may have sealed it, or may be going on with it.
      root.err()
          .println(
              "fsp: kept "
                  + snapshotId
                  + " in "
                  + access.region()
                  + ", which --run-id "
                  + root.runId()
                  + " stands for; repeat the command to go on with it, or delete it");
      return;
    }
    // Not the clients of the run: an interrupt may have closed those.
    try (Snapshots snapshots = new Snapshots(access)) {
      snapshots.delete(snapshotId);
    }
    root.err()
        .println(
            "fsp: deleted "
                + snapshotId
                + " in "
                + access.region()
                + ", which would not have been completed");
  }
}
