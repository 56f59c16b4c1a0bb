package org.snapshotproxy.connectors.base.source;

import java.io.IOException;
import java.util.List;
import org.apache.flink.connector.base.source.reader.RecordsBySplits;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsChange;
import org.snapshotproxy.connectors.base.SegmentDescriptor;

/** Lists one range after another, a page a call. */
final class RangeSplitReader implements SplitReader<Listed, SegmentRange> {
  private final SegmentLister lister;
  private SegmentRange range;
  private int next;

  RangeSplitReader(SegmentLister lister) {
    this.lister = lister;
  }

  @Override
  public RecordsWithSplitIds<Listed> fetch() throws IOException {
    RecordsBySplits.Builder<Listed> records = new RecordsBySplits.Builder<>();
    if (range == null) {
      return records.build();
    }
    if (next < range.to()) {
      addPage(records);
    } else {
      // Restored between its last segment and its end, which is still to be told.
      records.add(range.splitId(), new Listed(null, next));
    }
    if (next >= range.to()) {
      records.addFinishedSplit(range.splitId());
      range = null;
    }
    return records.build();
  }

  private void addPage(RecordsBySplits.Builder<Listed> records) throws IOException {
    SegmentLister.Page page;
    try {
      page = lister.list(next, range.to());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("listing was interrupted", e);
    }
    if (page.next() <= next || page.next() > range.to()) {
      throw new IOException(
          "A listing of segments " + next + " to " + range.to() + " went on at " + page.next());
    }
    List<SegmentDescriptor> descriptors = page.descriptors();
    for (SegmentDescriptor descriptor : descriptors) {
      records.add(range.splitId(), new Listed(descriptor, descriptor.segment() + 1));
    }
    records.add(range.splitId(), new Listed(null, page.next()));
    next = page.next();
  }

  @Override
  public void handleSplitsChanges(SplitsChange<SegmentRange> change) {
    range = change.splits().get(0);
    next = range.next();
  }

  @Override
  public void wakeUp() {
    // A page is bounded by the client's own timeouts.
  }

  @Override
  public void close() throws IOException {
    lister.close();
  }
}
