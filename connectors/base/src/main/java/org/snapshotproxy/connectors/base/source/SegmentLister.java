package org.snapshotproxy.connectors.base.source;

import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import org.apache.flink.annotation.PublicEvolving;
import org.snapshotproxy.connectors.base.Measured;
import org.snapshotproxy.connectors.base.SegmentDescriptor;

/** Lists the segments of one place, a page at a time. Used by one thread. */
@PublicEvolving
public interface SegmentLister extends Measured, AutoCloseable {
  /**
   * Lists some whole segments of {@code [from, to)}, blocking; always gets on by at least one
   * segment.
   *
   * @throws IOException for a fault that a restart of the job may mend
   */
  Page list(int from, int to) throws IOException, InterruptedException;

  @Override
  void close() throws IOException;

  /**
   * Part of a listing.
   *
   * @param descriptors ascending, within the asked range
   * @param next the first segment not listed yet; the range's end when it is done
   */
  record Page(List<SegmentDescriptor> descriptors, int next) {}

  /** Opens listers where they are used. */
  @FunctionalInterface
  interface Factory extends Serializable {
    SegmentLister open();
  }
}
