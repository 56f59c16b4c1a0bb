package org.snapshotproxy.pipelines.cli;

import java.io.IOException;
import org.apache.flink.configuration.Configuration;
import org.snapshotproxy.connectors.aws.AwsAccess;
import org.snapshotproxy.connectors.base.BlockDigests;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.ComparingDestination;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.ebs.DeltaInfo;
import org.snapshotproxy.connectors.ebs.DeltaOrigin;
import org.snapshotproxy.connectors.ebs.EbsOrigin;
import org.snapshotproxy.operators.TransferOptions;
import org.snapshotproxy.pipelines.job.JobRunner;
import org.snapshotproxy.pipelines.job.TransferJob;

/**
 * The jobs that the commands of a delta share.
 *
 * @param access where both snapshots are
 * @param listConcurrency ranges that each source subtask lists at a time
 */
record DeltaSteps(
    FspCommand root, Configuration config, AwsAccess access, DeltaInfo delta, int listConcurrency) {

  /** Counts the differing blocks: those changed as written, those gone as cleared. */
  JobRunner.Outcome count() throws IOException, InterruptedException {
    return list(listing(new MapOptions()), false);
  }

  /** The job that counts the differing blocks, with a map where one was asked for. */
  BlockListing listing(MapOptions map) {
    return new BlockListing(
        root, config, map, "diff", delta.second().volumeGiB() * Blocks.GIB, "changed");
  }

  /**
   * Runs such a job.
   *
   * @param tokens whether the blocks are read
   */
  JobRunner.Outcome list(BlockListing listing, boolean tokens)
      throws IOException, InterruptedException {
    DeltaOrigin origin =
        new DeltaOrigin(
            access,
            delta,
            DeltaOrigin.Extent.CHANGES,
            DeltaOrigin.Growth.IGNORE,
            tokens,
            listConcurrency);
    return listing.run("fsp diff " + pair(), origin);
  }

  /**
   * Shows a place to be the first snapshot, or fails with the first block found to differ.
   *
   * @param place what the changes go onto, in the user's words
   */
  void verifyBase(DeltaOptions options, String place, BlockDigests.Factory digests)
      throws IOException, InterruptedException {
    if (!options.verifies()) {
      return;
    }
    if (!JobRunner.isAttached()) {
      throw new FspException(
          "--verify-base has to wait for a job of its own; run the command attached, or leave the option out.");
    }
    EbsOrigin origin =
        new EbsOrigin(access, delta.first(), EbsOrigin.Unlisted.CLEAR, true, listConcurrency);
    ComparingDestination comparing =
        new ComparingDestination(place, delta.first().snapshotId(), digests);
    boolean sample = options.verification() == DeltaOptions.Verification.SAMPLE;
    TransferOptions.Settings transfer = TransferOptions.from(config);
    try (Run run = new Run(root, config, "verify", delta.first().volumeGiB() * Blocks.GIB)) {
      run.job(
          "fsp verify base " + place,
          env -> TransferJob.compare(env, origin, comparing, sample, transfer));
      run.succeeded();
    }
  }

  /** The changes as an origin for a transfer. */
  DeltaOrigin origin(DeltaOptions options, DeltaOrigin.Growth growth) {
    DeltaOrigin.Extent extent =
        options.fullCopy() ? DeltaOrigin.Extent.EVERYTHING : DeltaOrigin.Extent.CHANGES;
    return new DeltaOrigin(access, delta, extent, growth, true, listConcurrency);
  }

  private String pair() {
    return delta.first().snapshotId() + " " + delta.second().snapshotId();
  }
}
