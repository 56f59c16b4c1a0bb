package org.snapshotproxy.connectors.base.source;

import org.apache.flink.annotation.PublicEvolving;
import org.snapshotproxy.connectors.base.Origin;

/** An origin whose segments can be listed by index, from any on. */
@PublicEvolving
public interface ListedOrigin extends Origin {
  /** Opens listers of it. */
  SegmentLister.Factory lister();

  /** Segments of its volume, at least 1. */
  int segments();
}
