package org.snapshotproxy.connectors.ebs.table;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;
import org.apache.flink.table.data.RowData;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.Digests;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.base.Origin;
import org.snapshotproxy.connectors.base.PartReader;
import org.snapshotproxy.connectors.base.RequestMetrics;
import org.snapshotproxy.connectors.base.SegmentDescriptor;

/**
 * Reads a block, checks its digest, makes its row. Flink holds as many blocks in flight as it was
 * told at most, and their descriptors, without bytes, are in its checkpoints.
 */
final class BlockFetch extends RichAsyncFunction<SegmentDescriptor, RowData>
    implements CheckpointedFunction {
  private static final long serialVersionUID = 1L;

  /** Reads of a block whose bytes do not have the declared digest, before the block is given up. */
  private static final int DIGEST_ATTEMPTS = 4;

  private final Origin origin;
  private final BlockRows rows;
  private final int concurrency;

  private transient PartReader reader;
  private transient ExecutorService threads;

  /** Whether a block could not be read; set by a reading thread before Flink is told. */
  private transient volatile boolean failed;

  /**
   * @param concurrency blocks read at one time by one subtask
   */
  BlockFetch(Origin origin, BlockRows rows, int concurrency) {
    this.origin = origin;
    this.rows = rows;
    this.concurrency = concurrency;
  }

  @Override
  public void open(OpenContext context) {
    reader = origin.openReader();
    reader.measure(new RequestMetrics(getRuntimeContext().getMetricGroup().addGroup("fsp")));
    threads =
        Executors.newFixedThreadPool(
            concurrency,
            task -> {
              Thread thread = new Thread(task, "fsp-table-read");
              thread.setDaemon(true);
              return thread;
            });
  }

  @Override
  public void asyncInvoke(SegmentDescriptor single, ResultFuture<RowData> result) {
    if (single.move() == 0) {
      result.complete(List.of(rows.row(single, null, null)));
      return;
    }
    // Not execute: where the task has ended meanwhile, Flink takes no result, and that is no error.
    threads.submit(
        () -> {
          try {
            result.complete(List.of(read(single)));
          } catch (Throwable e) {
            // Flink drops the descriptor at once and ends the task a moment later.
            failed = true;
            result.completeExceptionally(e);
          }
        });
  }

  private RowData read(SegmentDescriptor single) throws IOException, InterruptedException {
    // Not from a pool: the row keeps it, and nobody says when it is done with.
    byte[] data = new byte[Blocks.SIZE];
    for (int attempt = 0; attempt < DIGEST_ATTEMPTS; attempt++) {
      byte[] declared = reader.read(single, single.move(), new byte[][] {data})[0];
      byte[] digest = Digests.sha256(data);
      if (Arrays.equals(declared, digest)) {
        return rows.row(single, digest, data);
      }
    }
    throw new FspException(
        "Block "
            + single.moveIndexes()[0]
            + " of "
            + origin.name()
            + " was read "
            + DIGEST_ATTEMPTS
            + " times and never had the SHA-256 that is declared for it.");
  }

  @Override
  public void initializeState(FunctionInitializationContext context) {
    failed = false;
  }

  /** A checkpoint between the end of a descriptor and that of its task would lose the block. */
  @Override
  public void snapshotState(FunctionSnapshotContext context) throws IOException {
    if (failed) {
      throw new IOException("a block could not be read; no checkpoint may be without it");
    }
  }

  @Override
  public void close() throws IOException {
    if (threads != null) {
      threads.shutdownNow();
    }
    if (reader != null) {
      reader.close();
    }
  }
}
