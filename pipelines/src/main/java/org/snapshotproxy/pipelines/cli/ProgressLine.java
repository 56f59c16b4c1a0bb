package org.snapshotproxy.pipelines.cli;

import java.util.Optional;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.operators.Progress;
import org.snapshotproxy.pipelines.job.JobRunner;

/** A bar on standard error while an embedded job runs and a person watches; nothing otherwise. */
final class ProgressLine implements AutoCloseable {
  private final Optional<ProgressBar> bar;
  private final long countedBefore = Progress.counted();
  private final long listedBefore = Progress.listed();
  private final long writtenBefore = Progress.written();
  private final boolean counting;

  private ProgressLine(Optional<ProgressBar> bar, boolean counting) {
    this.bar = bar;
    this.counting = counting;
  }

  static ProgressLine of(FspCommand root, String title, long volumeBytes) {
    // The launcher knows whether standard error is a terminal; Java does not.
    if (!root.progress() || !Boolean.getBoolean("fsp.terminal") || !JobRunner.isEmbedded()) {
      return new ProgressLine(Optional.empty(), false);
    }
    ProgressBar bar =
        new ProgressBarBuilder()
            .setTaskName(title)
            .setInitialMax(volumeBytes)
            .setUnit(" MiB", 1 << 20)
            .showSpeed()
            .setStyle(ProgressBarStyle.UNICODE_BLOCK)
            .setUpdateIntervalMillis(250)
            .setConsumer(new ConsoleProgressBarConsumer(root.err()))
            .build();
    return new ProgressLine(Optional.of(bar), title.startsWith("list") || title.startsWith("diff"));
  }

  void tick(boolean ended) {
    bar.ifPresent(
        line -> {
          long counted = (Progress.counted() - countedBefore) * Blocks.SIZE;
          long listed = (Progress.listed() - listedBefore) * Blocks.SIZE;
          long written = (Progress.written() - writtenBefore) * Blocks.SIZE;
          if (!counting && listed > 0 || ended) {
            line.maxHint(Math.max(counting ? counted : listed, 1));
          }
          line.stepTo(counting ? counted : written);
        });
  }

  @Override
  public void close() {
    bar.ifPresent(ProgressBar::close);
  }
}
