package org.snapshotproxy.operators;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamElement;
import org.apache.flink.streaming.runtime.streamrecord.StreamElementSerializer;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.mailbox.MailboxExecutorFactory;
import org.apache.flink.streaming.runtime.tasks.mailbox.TaskMailbox;
import org.apache.flink.util.ExceptionUtils;
import org.snapshotproxy.connectors.base.BlockBuffer;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.Masks;
import org.snapshotproxy.connectors.base.Origin;
import org.snapshotproxy.connectors.base.PartReader;
import org.snapshotproxy.connectors.base.RequestMetrics;
import org.snapshotproxy.connectors.base.Segment;
import org.snapshotproxy.connectors.base.SegmentDescriptor;
import org.snapshotproxy.connectors.base.serial.SegmentCodec;
import org.snapshotproxy.connectors.base.serial.SegmentDescriptorCodec;

/**
 * Turns descriptors into segments: waits for memory without holding a thread, reads the blocks side
 * by side, verifies each.
 *
 * <p>A checkpoint holds the descriptors that are being read and those that the writer of the same
 * chain has no receipt of yet ({@link Custody}), never their bytes; after a failure they are
 * fetched again. Flink's own operator for asynchronous calls lets go of a descriptor when its
 * segment is handed on, and every checkpoint would have to wait until that is written.
 */
public final class FetchOperator extends AbstractStreamOperator<Segment>
    implements OneInputStreamOperator<SegmentDescriptor, Segment>, BoundedOneInput {
  private static final long serialVersionUID = 1L;

  /**
   * Parts that are asked for beyond those that the threads read: enough that no thread is idle
   * while the last ones of a segment come in, and few to work off at the end of the input, when
   * Flink completes no checkpoint.
   */
  private static final int PARTS_AHEAD = 2 * Blocks.PER_SEGMENT;

  /** As the operator of Flink's that was here in 0.1.0 named it and wrote it. */
  private static final String STATE = "_async_wait_operator_state_";

  private final Origin origin;
  private final TransferOptions.Settings settings;

  private transient MailboxExecutor mailbox;

  /**
   * A wait here serves the whole task, checkpoints among it, so that none waits for reads. It may
   * be in {@link #processElement}: the element is kept before, and as the stream is keyed, no
   * operator before this one in its chain is in the middle of something.
   */
  private transient MailboxExecutor task;

  private transient ListState<StreamElement> state;
  private transient JobResources resources;
  private transient PartReader reader;
  private transient FetchMetrics metrics;

  /** Descriptors that nothing was begun of. */
  private transient Deque<SegmentDescriptor> waiting;

  /** Those that were begun and whose receipts are not made. */
  private transient Set<Custody> kept;

  private transient Watermark last;
  private transient int segmentsReading;
  private transient int partsReading;

  private FetchOperator(Origin origin, TransferOptions.Settings settings) {
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
    return keyed
        .transform(
            "fetch " + origin.name(), SegmentCodec.type(), new FetchOperator(origin, settings))
        .uid(uid);
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    waiting = new ArrayDeque<>();
    kept = new LinkedHashSet<>();
    state =
        context
            .getOperatorStateStore()
            .getListState(
                new ListStateDescriptor<>(
                    STATE,
                    new StreamElementSerializer<>(
                        SegmentDescriptorCodec.type()
                            .createSerializer(getExecutionConfig().getSerializerConfig()))));
    for (StreamElement element : state.get()) {
      if (element.isRecord()) {
        waiting.add(element.<SegmentDescriptor>asRecord().getValue());
      }
    }
  }

  /**
   * Before any writer prepares itself: what one of them settles after it has given its receipts, in
   * the wait of another one, is still answered for here.
   */
  @Override
  public void prepareSnapshotPreBarrier(long checkpoint) throws Exception {
    super.prepareSnapshotPreBarrier(checkpoint);
    List<StreamElement> all = new ArrayList<>();
    kept.forEach(custody -> all.add(new StreamRecord<>(custody.descriptor())));
    waiting.forEach(descriptor -> all.add(new StreamRecord<>(descriptor)));
    state.update(all);
  }

  @Override
  public void open() throws Exception {
    super.open();
    MailboxExecutorFactory mailboxes = getContainingTask().getMailboxExecutorFactory();
    mailbox = mailboxes.createExecutor(getOperatorConfig().getChainIndex());
    task = mailboxes.createExecutor(TaskMailbox.MIN_PRIORITY);
    resources = JobResources.open(getRuntimeContext().getJobInfo().getJobId(), settings);
    metrics = new FetchMetrics(getMetricGroup(), resources.budget());
    reader = origin.openReader();
    reader.measure(new RequestMetrics(getMetricGroup().addGroup("fsp")));
    begin();
  }

  @Override
  public void processElement(StreamRecord<SegmentDescriptor> element) throws Exception {
    // One in, two begun where a restore brought more than fits: what does not overtake elements,
    // as the barrier of a savepoint, comes in between.
    int before = waiting.size();
    waiting.add(element.getValue());
    begin();
    while (!waiting.isEmpty() && waiting.size() >= before) {
      task.yield();
    }
  }

  /** Descriptors have no time; the one mark that says something is the last, after all segments. */
  @Override
  public void processWatermark(Watermark mark) {
    last = mark;
  }

  @Override
  public void endInput() throws Exception {
    // Not the whole task: a checkpoint that begins now may wait for the end of an input channel,
    // which Flink takes notice of only after this.
    while (segmentsReading > 0 || !waiting.isEmpty()) {
      mailbox.yield();
    }
    if (last != null) {
      super.processWatermark(last);
    }
  }

  /** Begins as much of what waits as keeps the threads busy. */
  private void begin() {
    while (!waiting.isEmpty() && partsReading < settings.readThreads() + PARTS_AHEAD) {
      begin(waiting.remove());
    }
  }

  private void begin(SegmentDescriptor descriptor) {
    Custody custody = new Custody(descriptor, kept);
    if (descriptor.span() != null) {
      handDown(custody, Segment.endOf(descriptor.span()));
      return;
    }
    Progress.addListed(descriptor.moveCount());
    if (descriptor.move() == 0) {
      handDown(custody, new Segment(descriptor.segment(), List.of(), descriptor.clear(), 0));
      return;
    }
    long[] parts = Masks.checkParts(reader.parts(descriptor), descriptor.move());
    segmentsReading++;
    partsReading += parts.length;
    resources
        .budget()
        .acquire(descriptor.moveCount())
        .thenAccept(buffers -> fetch(custody, parts, buffers))
        .exceptionally(
            failure -> {
              // Such as no thread to be had. Nobody else looks: it would be an endless wait.
              mailbox.execute(() -> ExceptionUtils.rethrowException(failure), "fetch failed");
              return null;
            });
  }

  /** On whatever thread gave the memory back; every end of it is told to the task thread. */
  private void fetch(Custody custody, long[] parts, List<BlockBuffer> buffers) {
    new SegmentFetch(custody.descriptor(), parts, buffers, reader, metrics, settings.skipZeros())
        .start(resources.readers())
        .whenComplete(
            (segment, failure) ->
                mailbox.execute(
                    () -> fetched(custody, parts, segment, failure), "segment fetched"));
  }

  private void fetched(Custody custody, long[] parts, Segment segment, Throwable failure)
      throws Exception {
    if (failure != null) {
      // Ends the task. No checkpoint is without the descriptor: this thread takes none before.
      ExceptionUtils.rethrowException(failure);
    }
    segmentsReading--;
    partsReading -= parts.length;
    begin();
    handDown(custody, segment);
  }

  private void handDown(Custody custody, Segment segment) {
    custody.handDown(() -> output.collect(new StreamRecord<>(segment)));
  }

  @Override
  public void close() throws Exception {
    try {
      if (reader != null) {
        reader.close();
      }
    } finally {
      if (resources != null) {
        resources.close();
      }
      super.close();
    }
  }
}
