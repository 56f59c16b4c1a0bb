package org.snapshotproxy.operators;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.groups.SinkWriterMetricGroup;
import org.apache.flink.util.ExceptionUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.base.Receipt;
import org.snapshotproxy.connectors.base.Segment;

/**
 * Writes segments side by side on the job's writing threads, each to every destination. The task
 * thread waits for writes only where it goes on serving its mailbox: where too many segments are
 * outstanding, at the end of the input, and before a checkpoint for those that no fetch holds
 * ({@link Custody}). The memory they take is bounded by the budget it came from.
 *
 * <p>Where a destination acknowledges what a crash of its machine would lose, a receipt is made
 * when that is on the disk: each checkpoint begins a sync, the next one has the receipts.
 *
 * <p>Where there are several destinations, one that fails is given up and the others go on; the
 * finalizer hears of it with the same checkpoint as of the segments it lacks.
 */
final class SegmentWriter implements CommittingSinkWriter<Segment, WriteResult> {
  private static final Logger LOG = LoggerFactory.getLogger(SegmentWriter.class);

  /**
   * Segments of one subtask whose receipts are not made. The memory budget bounds those that hold
   * blocks; those that only clear, or that wait for a sync, hold none.
   */
  private static final int MOST_UNSETTLED = 1024;

  /** Segments that wait for a sync before one is begun without a checkpoint. */
  private static final int MOST_UNSYNCED = MOST_UNSETTLED / 4;

  private final List<Lane> lanes;
  private final JobResources resources;
  private final MailboxExecutor mailbox;
  private final List<WriteResult> results = new ArrayList<>();
  private final BitSet told = new BitSet();

  /** Whether what the destinations acknowledge is still to be synced. */
  private final boolean syncs;

  private List<Written> unsynced = new ArrayList<>();
  private boolean syncing;
  private final Counter segmentsSent;

  /** Segments written to and not yet acknowledged whole; only the task thread changes it. */
  private volatile int outstanding;

  /** Segments whose receipts are not made, and those of them that no fetch holds. */
  private int unsettled;

  private int unheld;

  /** A segment that every destination acknowledged. */
  private record Written(Receipt receipt, Custody custody) {}

  SegmentWriter(
      List<Lane> lanes,
      JobResources resources,
      MailboxExecutor mailbox,
      SinkWriterMetricGroup metrics) {
    this.lanes = lanes;
    this.resources = resources;
    this.mailbox = mailbox;
    metrics.addGroup("fsp").gauge("segmentsOutstanding", () -> outstanding);
    this.syncs = lanes.stream().anyMatch(Lane::syncs);
    this.segmentsSent = metrics.getNumRecordsSendCounter();
  }

  @Override
  public void write(Segment segment, Context context) throws IOException, InterruptedException {
    check();
    if (segment.span() != null) {
      results.add(WriteResult.of(Receipt.of(segment)));
      return;
    }
    while (unsettled >= MOST_UNSETTLED) {
      mailbox.yield();
      check();
    }
    Custody custody = Custody.take(segment);
    outstanding++;
    unsettled++;
    unheld += custody == null ? 1 : 0;
    new SegmentDelivery(segment, lanes)
        .start()
        .thenApply(receipt -> new Written(receipt, custody))
        .thenAccept(written -> mailbox.execute(() -> ended(written), "segment written"))
        .exceptionally(
            failure -> {
              // Such as no memory for the receipt. Nobody else looks: it would be an endless wait.
              mailbox.execute(() -> ExceptionUtils.rethrowException(failure), "no receipt");
              return null;
            });
  }

  private void ended(Written written) throws IOException {
    outstanding--;
    check();
    segmentsSent.inc();
    if (syncs) {
      unsynced.add(written);
      syncWhereMany();
    } else {
      settle(written);
    }
  }

  private void settle(Written written) {
    unsettled--;
    results.add(WriteResult.of(written.receipt()));
    if (written.custody() == null) {
      unheld--;
    } else {
      written.custody().end();
    }
  }

  /** Begins to sync what is written so far, where the one before has ended. */
  private void sync() {
    if (syncing || unsynced.isEmpty()) {
      return;
    }
    syncing = true;
    List<Written> batch = unsynced;
    unsynced = new ArrayList<>();
    CompletableFuture.allOf(lanes.stream().map(Lane::sync).toArray(CompletableFuture[]::new))
        .thenRun(() -> mailbox.execute(() -> synced(batch), "segments synced"));
  }

  private void synced(List<Written> batch) throws IOException {
    syncing = false;
    check();
    batch.forEach(this::settle);
    syncWhereMany();
  }

  private void syncWhereMany() {
    if (unsynced.size() >= MOST_UNSYNCED) {
      sync();
    }
  }

  @Override
  public void flush(boolean endOfInput) throws IOException, InterruptedException {
    sync();
    while ((endOfInput ? unsettled : unheld) > 0) {
      check();
      mailbox.yield();
      sync();
    }
    check();
  }

  @Override
  public Collection<WriteResult> prepareCommit() throws IOException {
    // Asked anew: writes go on, and one that failed since the flush may be the last one.
    judged()
        .forEach(
            (number, error) -> {
              if (!told.get(number)) {
                String sentence = Failures.sentence(error);
                LOG.warn("a destination is given up, the others go on: {}", sentence);
                results.add(WriteResult.givenUp(number, sentence));
                told.set(number);
              }
            });
    List<WriteResult> taken = List.copyOf(results);
    results.clear();
    return taken;
  }

  private void check() throws IOException {
    judged();
  }

  /**
   * The failures of destinations that the others go on without, by number. Ends the job where no
   * destination is left, or where a failure is none of a destination's.
   */
  private Map<Integer, Throwable> judged() throws IOException {
    Map<Integer, Throwable> failures = new TreeMap<>();
    for (Lane lane : lanes) {
      Throwable error = lane.failure();
      if (error == null) {
        continue;
      }
      if (lanes.size() == 1 || isOurs(error)) {
        rethrow(error);
      }
      failures.put(lane.number(), error);
    }
    if (failures.size() == lanes.size()) {
      Map<Integer, String> sentences = new TreeMap<>();
      failures.forEach((number, error) -> sentences.put(number, Failures.sentence(error)));
      throw new PartialFailure(sentences, 0, 0, 0);
    }
    return failures;
  }

  private static boolean isOurs(Throwable error) {
    return error instanceof InterruptedException
        || error instanceof RejectedExecutionException
        || error instanceof Error;
  }

  private static void rethrow(Throwable error) throws IOException {
    if (error instanceof FspException fatal) {
      throw fatal;
    }
    throw new IOException("a segment could not be written: " + error.getMessage(), error);
  }

  @Override
  public void close() throws IOException {
    IOException failure = null;
    try {
      for (Lane lane : lanes) {
        try {
          lane.close();
        } catch (IOException e) {
          failure = e;
        }
      }
    } finally {
      resources.close();
    }
    if (failure != null) {
      throw failure;
    }
  }
}
