package org.snapshotproxy.pipelines.cli;

import java.io.IOException;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.snapshotproxy.connectors.base.Origin;
import org.snapshotproxy.connectors.base.SegmentDescriptor;
import org.snapshotproxy.operators.Totals;
import org.snapshotproxy.operators.TransferOptions;
import org.snapshotproxy.pipelines.job.JobRunner;
import org.snapshotproxy.pipelines.job.TransferJob;

/**
 * A job that counts the blocks of an origin, and exports them where that was asked for.
 *
 * @param title of the bar
 * @param volumeBytes length of the volume
 * @param state of the blocks that the origin moves, in an export
 */
record BlockListing(
    FspCommand root,
    Configuration config,
    MapOptions map,
    String title,
    long volumeBytes,
    String state) {
  JobRunner.Outcome run(String name, Origin origin) throws IOException, InterruptedException {
    Optional<MapOptions.Export> export = map.export(root);
    TransferOptions.Settings transfer = TransferOptions.from(config);
    try (Run run = new Run(root, config, map.digests() ? "digests" : title, volumeBytes)) {
      export.ifPresent(to -> map.onFailure(run, to));
      JobRunner.Outcome outcome =
          run.job(
              name,
              env -> {
                DataStream<SegmentDescriptor> listed = TransferJob.count(env, origin, volumeBytes);
                export.ifPresent(to -> map.write(to, state, listed, origin, transfer));
              });
      if (outcome.attached()) {
        // A job whose count was lost is repeated, with its export.
        outcome.reported(Totals.WRITTEN, Long.class);
        if (export.isPresent()) {
          MapOptions.finish(export.get());
        }
      }
      run.succeeded();
      return outcome;
    }
  }

  /** Adds the drawing to a report, if it was asked for. */
  void draw(Report report, JobRunner.Outcome outcome) {
    map.draw(report, outcome, volumeBytes, state);
  }
}
