package org.snapshotproxy.operators;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.datastream.AsyncDataStream;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;
import org.snapshotproxy.connectors.base.BlockBuffer;
import org.snapshotproxy.connectors.base.Origin;
import org.snapshotproxy.connectors.base.PartReader;
import org.snapshotproxy.connectors.base.RequestMetrics;
import org.snapshotproxy.connectors.base.Segment;
import org.snapshotproxy.connectors.base.SegmentDescriptor;
import org.snapshotproxy.connectors.base.serial.SegmentCodec;

/**
 * Turns descriptors into segments: waits for memory without holding a thread, reads the blocks side
 * by side, verifies each.
 *
 * <p>A checkpoint holds the descriptors in flight, never their bytes; after a failure they are
 * fetched again.
 */
public final class FetchFunction extends RichAsyncFunction<SegmentDescriptor, Segment>
    implements ResultTypeQueryable<Segment>, CheckpointedFunction {
  private static final long serialVersionUID = 1L;

  private final Origin origin;
  private final TransferOptions.Settings settings;

  private transient JobResources resources;
  private transient PartReader reader;
  private transient FetchMetrics metrics;

  /** Whether a segment could not be fetched; set by a reading thread before Flink is told. */
  private transient volatile boolean failed;

  /**
   * @param origin where the blocks are
   * @param settings memory and threads
   */
  private FetchFunction(Origin origin, TransferOptions.Settings settings) {
    this.origin = origin;
    this.settings = settings;
  }

  /** Appends the fetch to a stream of descriptors, keyed by segment. */
  public static SingleOutputStreamOperator<Segment> fetch(
      DataStream<SegmentDescriptor> descriptors, Origin origin, TransferOptions.Settings settings) {
    return fetch(descriptors, origin, settings, "fetch");
  }

  /**
   * Appends the fetch, for a job that has several.
   *
   * @param uid the operator's identity within the job
   */
  public static SingleOutputStreamOperator<Segment> fetch(
      DataStream<SegmentDescriptor> descriptors,
      Origin origin,
      TransferOptions.Settings settings,
      String uid) {
    // Routed by key, but not a keyed operator: it has no keyed state, and so needs no state
    // backend.
    DataStream<SegmentDescriptor> keyed =
        new DataStream<>(
            descriptors.getExecutionEnvironment(),
            descriptors.keyBy(SegmentDescriptor::segment).getTransformation());
    return AsyncDataStream.unorderedWait(
            keyed,
            new FetchFunction(origin, settings),
            // No timer of Flink's: each request has its own timeouts, each block its own deadline.
            0,
            TimeUnit.MILLISECONDS,
            // One segment a reading thread keeps all of them busy even where each segment has but
            // one block. More would
            // only lengthen the end, when Flink works the queue off and completes no checkpoint.
            settings.readThreads())
        .name("fetch " + origin.name())
        .uid(uid);
  }

  @Override
  public void open(OpenContext context) {
    resources = JobResources.open(getRuntimeContext().getJobInfo().getJobId(), settings);
    metrics = new FetchMetrics(getRuntimeContext().getMetricGroup(), resources.budget());
    reader = origin.openReader();
    reader.measure(new RequestMetrics(getRuntimeContext().getMetricGroup().addGroup("fsp")));
  }

  @Override
  public void asyncInvoke(SegmentDescriptor descriptor, ResultFuture<Segment> result) {
    if (descriptor.span() != null) {
      result.complete(List.of(Segment.endOf(descriptor.span())));
      return;
    }
    Progress.addListed(descriptor.moveCount());
    if (descriptor.move() == 0) {
      result.complete(List.of(new Segment(descriptor.segment(), List.of(), descriptor.clear(), 0)));
      return;
    }
    CompletableFuture<List<BlockBuffer>> loan = resources.budget().acquire(descriptor.moveCount());
    loan.thenAccept(buffers -> fetch(descriptor, buffers, result));
  }

  private void fetch(
      SegmentDescriptor descriptor, List<BlockBuffer> buffers, ResultFuture<Segment> result) {
    SegmentFetch fetch;
    try {
      fetch = new SegmentFetch(descriptor, buffers, reader, metrics, settings.skipZeros());
    } catch (RuntimeException e) {
      // Nobody looks at the loan again: a failure left to it would be an endless wait.
      buffers.forEach(BlockBuffer::release);
      fail(e, result);
      return;
    }
    fetch
        .start(resources.readers())
        .whenComplete((segment, failure) -> hand(segment, failure, result));
  }

  private void hand(Segment segment, Throwable failure, ResultFuture<Segment> result) {
    if (failure != null) {
      fail(failure, result);
      return;
    }
    result.complete(List.of(segment));
  }

  /**
   * Ends the task. Flink drops the descriptor at once and ends the task a moment later; a
   * checkpoint taken between the two would not have the descriptor, and a restart from it would
   * lose the segment.
   */
  private void fail(Throwable failure, ResultFuture<Segment> result) {
    failed = true;
    result.completeExceptionally(failure);
  }

  @Override
  public void initializeState(FunctionInitializationContext context) {
    failed = false;
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws IOException {
    if (failed) {
      throw new IOException("a segment could not be fetched; no checkpoint may be without it");
    }
  }

  @Override
  public void close() throws Exception {
    if (reader != null) {
      reader.close();
    }
    if (resources != null) {
      resources.close();
    }
  }

  @Override
  public TypeInformation<Segment> getProducedType() {
    return SegmentCodec.type();
  }
}
