package org.snapshotproxy.pipelines.cli;

import java.util.Optional;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.operators.Progress;
import org.snapshotproxy.pipelines.job.ClusterAddress;
import org.snapshotproxy.pipelines.job.ClusterProgress;
import org.snapshotproxy.pipelines.job.JobRunner;

/**
 * A bar on standard error while a job is waited for and a person watches; nothing otherwise. Of a
 * job on a cluster it shows what the REST API tells.
 */
final class ProgressLine implements AutoCloseable {
  private final Optional<ProgressBar> bar;
  private final long countedBefore = Progress.counted();
  private final long listedBefore = Progress.listed();
  private final long writtenBefore = Progress.written();
  private final boolean counting;
  private final Optional<ClusterAddress> cluster;
  private ClusterProgress remote;
  private int ticks;

  private ProgressLine(
      Optional<ProgressBar> bar, boolean counting, Optional<ClusterAddress> cluster) {
    this.bar = bar;
    this.counting = counting;
    this.cluster = cluster;
  }

  static ProgressLine of(FspCommand root, String title, long volumeBytes) {
    // The launcher knows whether standard error is a terminal; Java does not.
    boolean isOurs = JobRunner.isEmbedded() || root.cluster().isPresent() && JobRunner.isAttached();
    if (!root.progress() || !Boolean.getBoolean("fsp.terminal") || !isOurs) {
      return new ProgressLine(Optional.empty(), false, Optional.empty());
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
    return new ProgressLine(
        Optional.of(bar), title.startsWith("list") || title.startsWith("diff"), root.cluster());
  }

  /** From here on the progress is that of a job. */
  void submitted(String job) {
    cluster.ifPresent(address -> remote = new ClusterProgress(address, job));
  }

  void tick() throws InterruptedException {
    // The cluster looks at its metrics about once a second.
    if (bar.isPresent() && remote != null && ticks++ % 4 == 0) {
      remote.refresh();
    }
    show(false);
  }

  void ended(JobRunner.Outcome outcome) {
    if (remote != null) {
      remote.ended(outcome.written() + outcome.skipped());
    }
    show(true);
  }

  private void show(boolean ended) {
    if (bar.isEmpty()) {
      return;
    }
    if (remote != null) {
      show(remote.counted(), remote.listed(), remote.moved(), ended);
    } else {
      show(
          Progress.counted() - countedBefore,
          Progress.listed() - listedBefore,
          Progress.written() - writtenBefore,
          ended);
    }
  }

  private void show(long counted, long listed, long moved, boolean ended) {
    ProgressBar line = bar.get();
    if (!counting && listed > 0 || ended) {
      line.maxHint(Math.max(Math.max(counting ? counted : listed, moved) * Blocks.SIZE, 1));
    }
    line.stepTo((counting ? counted : moved) * Blocks.SIZE);
  }

  @Override
  public void close() {
    bar.ifPresent(ProgressBar::close);
  }
}
