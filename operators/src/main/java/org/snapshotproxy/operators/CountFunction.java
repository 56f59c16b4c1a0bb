package org.snapshotproxy.operators;

import org.apache.flink.api.common.functions.MapFunction;
import org.snapshotproxy.connectors.base.SegmentDescriptor;

/** Reduces a descriptor to the number of its blocks. */
final class CountFunction implements MapFunction<SegmentDescriptor, Integer> {
  private static final long serialVersionUID = 1L;

  @Override
  public Integer map(SegmentDescriptor descriptor) {
    Progress.addListed(descriptor.moveCount());
    return descriptor.moveCount();
  }
}
