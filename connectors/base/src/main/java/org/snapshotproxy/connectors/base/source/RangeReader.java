package org.snapshotproxy.connectors.base.source;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.base.source.reader.SourceReaderBase;
import org.apache.flink.connector.base.source.reader.fetcher.SplitFetcher;
import org.apache.flink.connector.base.source.reader.fetcher.SplitFetcherManager;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;
import org.snapshotproxy.connectors.base.RequestMetrics;
import org.snapshotproxy.connectors.base.SegmentDescriptor;
import org.snapshotproxy.connectors.base.Span;

/**
 * Reads several ranges at once, each on a thread of its own, and asks for a new one whenever one
 * ends.
 */
@SuppressWarnings("try") // Flink declares close() to throw any exception, interruption included
final class RangeReader
    extends SourceReaderBase<Listed, SegmentDescriptor, SegmentRange, RangeReader.Position> {
  private final int concurrency;
  private final ListMetrics metrics;

  /**
   * @param segments of the whole listing
   */
  RangeReader(
      SegmentLister.Factory lister, int segments, int concurrency, SourceReaderContext context) {
    this(
        new ThreadPerRange(
            measured(lister, new RequestMetrics(context.metricGroup().addGroup("fsp"))),
            context.getConfiguration()),
        new ListMetrics(context.metricGroup()),
        segments,
        concurrency,
        context);
  }

  private RangeReader(
      ThreadPerRange fetchers,
      ListMetrics metrics,
      int segments,
      int concurrency,
      SourceReaderContext context) {
    super(
        fetchers,
        (listed, output, position) -> {
          if (listed.descriptor() != null) {
            output.collect(listed.descriptor());
            metrics.listed(listed.descriptor());
          }
          position.next = listed.next();
          // With the last position, so that a checkpoint holds both or neither.
          if (listed.descriptor() == null && position.next == position.range.to()) {
            output.collect(SegmentDescriptor.endOf(position.span(segments)));
          }
        },
        context.getConfiguration(),
        context);
    this.concurrency = concurrency;
    this.metrics = metrics;
  }

  /** All listers of the subtask count in one place. */
  private static Supplier<SplitReader<Listed, SegmentRange>> measured(
      SegmentLister.Factory factory, RequestMetrics requests) {
    return () -> {
      SegmentLister lister = factory.open();
      lister.measure(requests);
      return new RangeSplitReader(lister);
    };
  }

  @Override
  public void start() {
    for (int i = getNumberOfCurrentlyAssignedSplits(); i < concurrency; i++) {
      context.sendSplitRequest();
    }
  }

  @Override
  protected void onSplitFinished(Map<String, Position> finished) {
    metrics.finished(finished.size());
    finished.forEach((id, position) -> context.sendSplitRequest());
  }

  @Override
  protected Position initializedState(SegmentRange range) {
    return new Position(range);
  }

  @Override
  protected SegmentRange toSplitType(String id, Position position) {
    return new SegmentRange(position.range.from(), position.range.to(), position.next);
  }

  /** A range and how far its descriptors have been emitted; only the task thread sees it. */
  static final class Position {
    private final SegmentRange range;
    private int next;

    Span span(int segments) {
      return new Span(range.from(), range.to(), segments);
    }

    Position(SegmentRange range) {
      this.range = range;
      this.next = range.next();
    }
  }

  /** One fetcher a range: ranges wait for their pages side by side. */
  private static final class ThreadPerRange extends SplitFetcherManager<Listed, SegmentRange> {
    ThreadPerRange(
        Supplier<SplitReader<Listed, SegmentRange>> readers, Configuration configuration) {
      super(readers, configuration);
    }

    @Override
    public void addSplits(List<SegmentRange> ranges) {
      for (SegmentRange range : ranges) {
        SplitFetcher<Listed, SegmentRange> fetcher = createSplitFetcher();
        fetcher.addSplits(List.of(range));
        startFetcher(fetcher);
      }
    }

    @Override
    public void removeSplits(List<SegmentRange> ranges) {
      throw new IllegalStateException("Ranges are never taken from a reader: " + ranges);
    }
  }
}
