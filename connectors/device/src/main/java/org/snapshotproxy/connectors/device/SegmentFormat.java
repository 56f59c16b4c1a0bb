package org.snapshotproxy.connectors.device;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.file.src.FileSourceSplit;
import org.apache.flink.connector.file.src.reader.BulkFormat;
import org.apache.flink.connector.file.src.util.CheckpointedPosition;
import org.apache.flink.connector.file.src.util.RecordAndPosition;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.SegmentDescriptor;
import org.snapshotproxy.connectors.base.Span;
import org.snapshotproxy.connectors.base.serial.SegmentDescriptorCodec;

/**
 * Turns a split into the descriptors of its segments, and the record of its end; not a byte of the
 * file is read. A position in a checkpoint is the byte offset of a segment not emitted yet; at the
 * split's end, 1 record behind it stands for the end's own.
 *
 * @param bytes length of the image, up to which blocks are moved
 * @param volumeBytes length up to which the rest is cleared
 */
record SegmentFormat(long bytes, long volumeBytes)
    implements BulkFormat<SegmentDescriptor, FileSourceSplit> {
  private static final int BATCH = 64;

  @Override
  public Reader<SegmentDescriptor> createReader(Configuration config, FileSourceSplit split) {
    return new Segments(split, segmentAt(split.offset()));
  }

  @Override
  public Reader<SegmentDescriptor> restoreReader(Configuration config, FileSourceSplit split) {
    CheckpointedPosition position = split.getReaderPosition().orElseThrow();
    long offset =
        position.getOffset() == CheckpointedPosition.NO_OFFSET
            ? split.offset()
            : position.getOffset();
    return new Segments(split, segmentAt(offset) + (int) position.getRecordsAfterOffset());
  }

  private static int segmentAt(long offset) {
    return Math.toIntExact(offset / Blocks.SEGMENT_SIZE);
  }

  @Override
  public boolean isSplittable() {
    return true;
  }

  @Override
  public TypeInformation<SegmentDescriptor> getProducedType() {
    return SegmentDescriptorCodec.type();
  }

  /** What is to be done with a segment. */
  SegmentDescriptor describe(int segment) {
    long move = Blocks.maskWithin(segment, bytes);
    long clear = Blocks.maskWithin(segment, volumeBytes) & ~move;
    return new SegmentDescriptor(segment, move, clear, List.of());
  }

  private RecordAndPosition<SegmentDescriptor> endOf(int from, int to) {
    Span span = new Span(from, to, Blocks.segmentsFor(volumeBytes));
    return new RecordAndPosition<>(SegmentDescriptor.endOf(span), to * Blocks.SEGMENT_SIZE, 1);
  }

  private final class Segments implements Reader<SegmentDescriptor> {
    private final int start;
    private final int end;

    /** The end itself stands for the record of it. */
    private int next;

    Segments(FileSourceSplit split, int next) {
      this.start = segmentAt(split.offset());
      this.end = segmentAt(split.offset() + split.length());
      this.next = next;
    }

    @Override
    public RecordIterator<SegmentDescriptor> readBatch() {
      if (next > end) {
        return null;
      }
      List<RecordAndPosition<SegmentDescriptor>> batch = new ArrayList<>();
      for (int i = 0; i < BATCH && next < end; i++, next++) {
        batch.add(new RecordAndPosition<>(describe(next), (next + 1) * Blocks.SEGMENT_SIZE, 0));
      }
      if (next == end) {
        batch.add(endOf(start, end));
        next++;
      }
      return new Batch(batch.iterator());
    }

    @Override
    public void close() {
      // Holds nothing open.
    }
  }

  private record Batch(Iterator<RecordAndPosition<SegmentDescriptor>> rest)
      implements RecordIterator<SegmentDescriptor> {
    @Override
    public RecordAndPosition<SegmentDescriptor> next() {
      return rest.hasNext() ? rest.next() : null;
    }

    @Override
    public void releaseBatch() {
      // Nothing is pooled.
    }
  }
}
