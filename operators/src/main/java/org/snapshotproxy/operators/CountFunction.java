package org.snapshotproxy.operators;

import java.util.List;
import org.apache.flink.api.common.functions.MapFunction;
import org.snapshotproxy.connectors.base.SegmentDescriptor;

/** Reduces a descriptor to which blocks there are, without how to read them. */
final class CountFunction implements MapFunction<SegmentDescriptor, SegmentDescriptor> {
  private static final long serialVersionUID = 1L;

  @Override
  public SegmentDescriptor map(SegmentDescriptor descriptor) {
    Progress.addCounted(descriptor.moveCount());
    return new SegmentDescriptor(
        descriptor.segment(), descriptor.move(), descriptor.clear(), List.of(), descriptor.span());
  }
}
