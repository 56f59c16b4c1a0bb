package org.snapshotproxy.connectors.base.source;

import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.snapshotproxy.connectors.base.SegmentDescriptor;
import org.snapshotproxy.connectors.base.serial.SegmentDescriptorCodec;
import org.snapshotproxy.connectors.base.serial.VersionedCodecSerializer;

/**
 * The segments of a volume, listed over many ranges at once.
 *
 * <p>Exactly once: a checkpoint holds the ranges nobody has and, for each range being read, the
 * next segment. After a failure or a rescale every range goes on there, by index.
 */
public final class RangeSource
    implements Source<SegmentDescriptor, SegmentRange, PendingRanges>,
        ResultTypeQueryable<SegmentDescriptor> {
  private static final long serialVersionUID = 1L;

  /**
   * Segments of one full page of 10,000 blocks; a smaller range would waste a part of each page.
   */
  static final int SMALLEST_RANGE = 156;

  /**
   * Enough ranges for any cluster's readers to stay busy to the end, few enough to be a small
   * state.
   */
  static final int MOST_RANGES = 1024;

  private final SegmentLister.Factory lister;
  private final int segments;
  private final int concurrency;

  /**
   * @param lister opens the place's lister
   * @param segments segments of the volume, at least 1
   * @param concurrency ranges that one reader lists at a time, at least 1
   */
  public RangeSource(SegmentLister.Factory lister, int segments, int concurrency) {
    if (segments < 1 || concurrency < 1) {
      throw new IllegalArgumentException(
          "A source has at least one segment and one lister, not "
              + segments
              + " and "
              + concurrency);
    }
    this.lister = lister;
    this.segments = segments;
    this.concurrency = concurrency;
  }

  @Override
  public Boundedness getBoundedness() {
    return Boundedness.BOUNDED;
  }

  @Override
  public SplitEnumerator<SegmentRange, PendingRanges> createEnumerator(
      SplitEnumeratorContext<SegmentRange> context) {
    int size = Math.max(SMALLEST_RANGE, (segments + MOST_RANGES - 1) / MOST_RANGES);
    return new RangeEnumerator(context, PendingRanges.of(segments, size));
  }

  @Override
  public SplitEnumerator<SegmentRange, PendingRanges> restoreEnumerator(
      SplitEnumeratorContext<SegmentRange> context, PendingRanges pending) {
    return new RangeEnumerator(context, pending);
  }

  @Override
  public SourceReader<SegmentDescriptor, SegmentRange> createReader(SourceReaderContext context) {
    return new RangeReader(lister, segments, concurrency, context);
  }

  @Override
  public SimpleVersionedSerializer<SegmentRange> getSplitSerializer() {
    return new VersionedCodecSerializer<>(new SegmentRange.RangeCodec());
  }

  @Override
  public SimpleVersionedSerializer<PendingRanges> getEnumeratorCheckpointSerializer() {
    return new VersionedCodecSerializer<>(new PendingRanges.PendingCodec());
  }

  @Override
  public TypeInformation<SegmentDescriptor> getProducedType() {
    return SegmentDescriptorCodec.type();
  }
}
