package org.snapshotproxy.pipelines.cli;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.Origin;
import org.snapshotproxy.connectors.base.SegmentDescriptor;
import org.snapshotproxy.connectors.device.MapDirectory;
import org.snapshotproxy.operators.Cells;
import org.snapshotproxy.operators.Totals;
import org.snapshotproxy.operators.TransferOptions;
import org.snapshotproxy.pipelines.job.JobRunner;
import org.snapshotproxy.pipelines.job.MapExport;
import picocli.CommandLine.Option;

/** What a command that lists blocks tells of each one, beside their number. */
final class MapOptions {
  @Option(
      names = "--map",
      description = "Draw where in the volume the blocks are, 1024 cells of equal size.")
  private boolean drawn;

  @Option(
      names = "--export",
      paramLabel = "URI",
      description =
          "Write the blocks as CSV files (block_index,byte_offset,state,sha256; no header, no order between the segments of 64 blocks) into a new or empty directory, local or on any Flink file system. Once a run that is waited for has written all of them, the empty file _SUCCESS follows.")
  private String directory;

  @Option(
      names = "--digests",
      description = "With --export: read every block, and fill the sha256 column.")
  private boolean digests;

  /**
   * An export that may begin.
   *
   * @param directory that it goes to
   * @param prefix of its files' names
   */
  record Export(MapDirectory directory, String prefix) {}

  boolean digests() {
    return digests;
  }

  /** Checks the options, and the directory if there is to be an export. */
  Optional<Export> export(FspCommand root) {
    if (directory == null) {
      if (digests) {
        throw new UsageException("--digests is for the files of --export URI.");
      }
      return Optional.empty();
    }
    return Optional.of(new Export(MapDirectory.fresh(directory), "blocks-" + root.runId()));
  }

  /** Adds the directory to the checks of a dry run. */
  void check(FspCommand root, DryRun checks) {
    if (directory != null) {
      checks.check("export " + directory, () -> export(root));
    }
  }

  /** From here on a run that fails takes its files back. */
  void onFailure(Run run, Export export) {
    run.onFailure(
        "a part of a map is left in " + export.directory().path(),
        () -> export.directory().abandon(export.prefix()));
  }

  /**
   * Appends the export to a job.
   *
   * @param moved the state of the blocks that descriptors move, such as {@code present}
   */
  void write(
      Export export,
      String moved,
      DataStream<SegmentDescriptor> descriptors,
      Origin origin,
      TransferOptions.Settings settings) {
    MapExport map = new MapExport(export.directory().path(), export.prefix(), moved);
    if (digests) {
      map.writeDigests(descriptors, origin, settings);
    } else {
      map.write(descriptors);
    }
  }

  /** Adds the drawing to a report, if it was asked for. */
  void draw(Report report, JobRunner.Outcome outcome, long volumeBytes, String moved) {
    if (drawn) {
      new MapDrawing(
              Cells.of(Blocks.blocksFor(volumeBytes)),
              counts(outcome, Totals.MOVED_BY_CELL),
              counts(outcome, Totals.CLEARED_BY_CELL),
              moved)
          .addTo(report, MapDrawing.charset());
    }
  }

  private static List<Long> counts(JobRunner.Outcome outcome, String name) {
    List<?> counts = outcome.reported(name, List.class);
    return counts.stream().map(Long.class::cast).toList();
  }

  /** Says that the files of a job that was waited for are all there. */
  static void finish(Export export) throws IOException {
    export.directory().finish(export.prefix());
  }
}
