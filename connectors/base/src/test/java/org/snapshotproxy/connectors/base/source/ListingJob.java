package org.snapshotproxy.connectors.base.source;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.snapshotproxy.connectors.base.SegmentDescriptor;
import org.snapshotproxy.connectors.base.Span;
import org.snapshotproxy.connectors.base.serial.SegmentDescriptorCodec;

/**
 * A job over computed segments that stops in the middle of its first ranges, until it is let go on
 * or, where it is to fail, until a checkpoint covers exactly what was emitted. The job and the test
 * share a JVM.
 */
final class ListingJob {
  /** More ranges than readers, the last one short. */
  static final int SEGMENTS = 1_000;

  /** How far into a range listing goes before it waits. */
  static final int GATE = 50;

  /** The jobs by number: functions are serialized, what they report to is not. */
  private static final Map<Integer, ListingJob> JOBS = new ConcurrentHashMap<>();

  private static final AtomicInteger NUMBERS = new AtomicInteger();

  private final int number = NUMBERS.incrementAndGet();
  private final int page;
  private final CountDownLatch gate = new CountDownLatch(1);
  private final Semaphore arrivals = new Semaphore(0);
  private final Queue<Integer> emitted = new ConcurrentLinkedQueue<>();
  private final Set<Span> ended = ConcurrentHashMap.newKeySet();
  private final Queue<Integer> resumedAt = new ConcurrentLinkedQueue<>();
  private final Map<Long, AtomicInteger> emittedBefore = new ConcurrentHashMap<>();
  private final AtomicInteger failures = new AtomicInteger();
  private boolean toFail;
  private boolean shuffled;
  private volatile List<Integer> covered = List.of();

  /**
   * @param page segments a page, which divide {@link #GATE}
   */
  ListingJob(int page) {
    this.page = page;
    JOBS.put(number, this);
  }

  ListingJob failingOnce() {
    toFail = true;
    return this;
  }

  /** With a shuffle after the source, so that a failure anywhere restarts every reader. */
  ListingJob shuffled() {
    shuffled = true;
    return this;
  }

  /** Lets listing go on. */
  void open() {
    gate.countDown();
  }

  JobClient start(Configuration configuration, int parallelism, int concurrency) throws Exception {
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration)
            .setParallelism(parallelism);
    env.enableCheckpointing(20);
    int job = number;
    DataStream<SegmentDescriptor> segments =
        env.fromSource(
                new RangeSource(() -> new Lister(job), SEGMENTS, concurrency),
                WatermarkStrategy.noWatermarks(),
                "segments")
            .uid("segments");
    (shuffled ? segments.keyBy(SegmentDescriptor::segment) : segments)
        .map(new Watch(job))
        .returns(SegmentDescriptorCodec.type())
        .uid("watch")
        .sinkTo(new DiscardingSink<>())
        .uid("end");
    return env.executeAsync("listing");
  }

  void awaitEmitted(int segments) throws InterruptedException {
    if (!arrivals.tryAcquire(segments, 30, TimeUnit.SECONDS)) {
      throw new IllegalStateException("the segments before the gates did not all come");
    }
  }

  /** Every segment that came, also those that came twice. */
  Collection<Integer> emitted() {
    return emitted;
  }

  /** The ranges that were told to be listed whole. */
  Set<Span> ended() {
    return ended;
  }

  /** What a state would hold in the end: what the checkpoint covered, and all that came after. */
  List<Integer> inEffect() {
    List<Integer> all = new ArrayList<>(covered);
    all.addAll(emitted);
    return all;
  }

  int failures() {
    return failures.get();
  }

  /** Where listing began after the failure. */
  Collection<Integer> resumedAt() {
    return resumedAt;
  }

  /** Called by every subtask; the first one that hears of it takes the list. */
  private synchronized void checkpointed(long checkpoint) {
    AtomicInteger count = emittedBefore.get(checkpoint);
    if (toFail && gate.getCount() > 0 && count.get() == 2 * GATE) {
      covered = List.copyOf(emitted);
      emitted.clear();
      open();
    }
  }

  private void came(int segment, int attempt) {
    if (toFail && gate.getCount() == 0 && failures.compareAndSet(0, 1)) {
      throw new IllegalStateException("a failure on purpose");
    }
    boolean undone = shuffled && failures.get() > attempt;
    if (!undone) {
      emitted.add(segment);
      arrivals.release();
    }
  }

  /** One block and one token a segment, {@link #page} segments a page. */
  private record Lister(int number) implements SegmentLister {
    @Override
    public Page list(int from, int to) throws IOException, InterruptedException {
      ListingJob job = JOBS.get(number);
      if (job.failures.get() > 0) {
        job.resumedAt.add(from);
      }
      if (from % RangeSource.SMALLEST_RANGE >= GATE && !job.gate.await(60, TimeUnit.SECONDS)) {
        throw new IOException("the gate was never opened");
      }
      int end = Math.min(to, from + job.page);
      List<SegmentDescriptor> descriptors = new ArrayList<>();
      for (int segment = from; segment < end; segment++) {
        descriptors.add(new SegmentDescriptor(segment, 1, 0, List.of("token " + segment)));
      }
      return new Page(descriptors, end);
    }

    @Override
    public void close() {
      // Nothing is open.
    }
  }

  private static final class Watch extends RichMapFunction<SegmentDescriptor, SegmentDescriptor>
      implements CheckpointedFunction, CheckpointListener {
    private static final long serialVersionUID = 1L;
    private final int number;
    private int emitted;

    Watch(int number) {
      this.number = number;
    }

    @Override
    public SegmentDescriptor map(SegmentDescriptor descriptor) {
      if (descriptor.span() != null) {
        JOBS.get(number).ended.add(descriptor.span());
        return descriptor;
      }
      JOBS.get(number)
          .came(descriptor.segment(), getRuntimeContext().getTaskInfo().getAttemptNumber());
      emitted++;
      return descriptor;
    }

    @Override
    public void initializeState(FunctionInitializationContext context) {
      // What was counted is only of use before the failure.
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) {
      JOBS.get(number)
          .emittedBefore
          .computeIfAbsent(context.getCheckpointId(), id -> new AtomicInteger())
          .addAndGet(emitted);
    }

    @Override
    public void notifyCheckpointComplete(long checkpoint) {
      JOBS.get(number).checkpointed(checkpoint);
    }
  }
}
