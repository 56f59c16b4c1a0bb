package org.snapshotproxy.operators;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.flink.metrics.MetricGroup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.snapshotproxy.connectors.base.Block;
import org.snapshotproxy.connectors.base.Destination;
import org.snapshotproxy.connectors.base.PartWriter;

/** One subtask's way to one of the destinations, until that is given up. Thread-safe. */
final class Lane implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Lane.class);

  private static final long PAUSE_MILLIS = 50;

  private final int number;
  private final String name;
  private final int attempts;
  private final Executor threads;
  private final PartWriter writer;
  private final LaneMetrics metrics;
  private volatile Throwable failure;

  /**
   * Opens the way; a destination that does not open is given up at once.
   *
   * @param attempts how often a part is written before the destination is given up for a fault that
   *     may pass
   */
  Lane(int number, Destination destination, int attempts, Executor threads, MetricGroup operator) {
    this.number = number;
    this.attempts = attempts;
    this.name = destination.name();
    this.threads = threads;
    this.metrics = new LaneMetrics(operator, name, () -> failure != null);
    this.writer = open(destination);
  }

  private PartWriter open(Destination destination) {
    try {
      PartWriter opened = destination.openWriter();
      opened.measure(metrics.requests());
      return opened;
    } catch (RuntimeException e) {
      giveUp(e);
      return null;
    }
  }

  int number() {
    return number;
  }

  /** Its writing threads: a slow destination takes none of another's. */
  Executor threads() {
    return threads;
  }

  /** Null only where the destination is given up. */
  PartWriter writer() {
    return writer;
  }

  /** Writes a part; writing it again changes nothing. */
  void put(List<Block> part) throws IOException, InterruptedException {
    try {
      patiently(() -> writer.put(part));
    } catch (IOException | RuntimeException e) {
      part.forEach(block -> notWritten(block, e));
      throw e;
    }
    metrics.written(part.size());
    part.forEach(block -> LOG.debug("block {} is written to {}", block.index(), name));
  }

  /** Clears a run of blocks. */
  void clear(int firstBlock, int count) throws IOException, InterruptedException {
    patiently(() -> writer.clear(firstBlock, count));
    metrics.cleared(count);
    LOG.debug("blocks {} to {} are cleared at {}", firstBlock, firstBlock + count - 1, name);
  }

  private void patiently(Write write) throws IOException, InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        write.run();
        return;
      } catch (IOException e) {
        if (attempt == attempts || failure != null) {
          throw e;
        }
        metrics.retried();
        LOG.warn("{}: attempt {} of {} to write failed", name, attempt, attempts, e);
      }
      Thread.sleep(PAUSE_MILLIS * attempt);
    }
  }

  private interface Write {
    void run() throws IOException, InterruptedException;
  }

  private void notWritten(Block block, Exception error) {
    LOG.debug("block {} is not written to {}: {}", block.index(), name, error.toString());
  }

  /** Why the destination was given up; null while it is not. */
  Throwable failure() {
    return failure;
  }

  synchronized void giveUp(Throwable error) {
    if (failure == null) {
      failure = error;
    }
  }

  /** Whether what is acknowledged is still to be synced. */
  boolean syncs() {
    return writer != null && writer.syncs();
  }

  /**
   * Makes what was written durable, on a writing thread; a failure gives the destination up. Never
   * tried again: a system tells once of what it lost, and the next sync would succeed without it.
   *
   * @return completes when it has ended, never with a failure
   */
  CompletableFuture<Void> sync() {
    if (failure != null || !syncs()) {
      return CompletableFuture.completedFuture(null);
    }
    return CompletableFuture.runAsync(
        () -> {
          try {
            writer.sync();
          } catch (Throwable e) {
            giveUp(e);
          }
        },
        threads);
  }

  @Override
  public void close() throws IOException {
    if (writer == null) {
      return;
    }
    try {
      writer.close();
    } catch (IOException e) {
      if (failure == null) {
        throw e;
      }
      LOG.info("{}, which was given up, did not close", name, e);
    }
  }
}
