package org.snapshotproxy.operators;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.ThreadSafeSimpleCounter;
import org.apache.flink.metrics.groups.SinkWriterMetricGroup;
import org.snapshotproxy.connectors.base.BlockWriter;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.base.Receipt;
import org.snapshotproxy.connectors.base.Segment;

/**
 * Writes segments side by side on the job's writing threads. The task thread never waits for a
 * write, but in {@link #flush}, where it goes on serving its mailbox. What may be outstanding is
 * bounded by the memory budget the buffers came from.
 */
final class SegmentWriter implements CommittingSinkWriter<Segment, Receipt> {
  private final BlockWriter writer;
  private final JobResources resources;
  private final MailboxExecutor mailbox;
  private final Counter blocksWritten;
  private final Counter bytesWritten;
  private final Counter blocksCleared;
  private final ConcurrentLinkedQueue<Receipt> receipts = new ConcurrentLinkedQueue<>();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();

  /** Segments written to and not yet acknowledged whole; only the task thread touches it. */
  private int outstanding;

  SegmentWriter(
      BlockWriter writer,
      JobResources resources,
      MailboxExecutor mailbox,
      SinkWriterMetricGroup metrics) {
    this.writer = writer;
    this.resources = resources;
    this.mailbox = mailbox;
    this.blocksWritten = metrics.counter("fsp.blocksWritten", new ThreadSafeSimpleCounter());
    this.bytesWritten = metrics.counter("fsp.bytesWritten", new ThreadSafeSimpleCounter());
    this.blocksCleared = metrics.counter("fsp.blocksCleared", new ThreadSafeSimpleCounter());
    metrics.gauge("fsp.outstandingSegments", () -> outstanding);
  }

  @Override
  public void write(Segment segment, Context context) throws IOException {
    rethrow();
    outstanding++;
    new SegmentWrite(segment, writer, this::written)
        .start(resources.writers())
        .whenComplete(
            (receipt, error) -> mailbox.execute(() -> ended(receipt, error), "segment written"));
  }

  private void written(int blocks) {
    blocksWritten.inc(blocks);
    bytesWritten.inc((long) blocks * Blocks.SIZE);
    for (int i = 0; i < blocks; i++) {
      Progress.addWritten();
    }
  }

  private void ended(Receipt receipt, Throwable error) throws IOException {
    outstanding--;
    if (error != null) {
      failure.compareAndSet(null, error);
      rethrow();
    }
    blocksCleared.inc(Long.bitCount(receipt.cleared()));
    receipts.add(receipt);
  }

  @Override
  public void flush(boolean endOfInput) throws IOException, InterruptedException {
    while (outstanding > 0) {
      rethrow();
      mailbox.yield();
    }
    rethrow();
    writer.sync();
  }

  @Override
  public Collection<Receipt> prepareCommit() {
    List<Receipt> taken = new ArrayList<>(receipts);
    receipts.clear();
    return taken;
  }

  private void rethrow() throws IOException {
    Throwable error = failure.get();
    if (error instanceof FspException fatal) {
      throw fatal;
    }
    if (error != null) {
      throw new IOException("a segment could not be written: " + error.getMessage(), error);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      writer.close();
    } finally {
      resources.close();
    }
  }
}
