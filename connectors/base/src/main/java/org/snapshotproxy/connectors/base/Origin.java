package org.snapshotproxy.connectors.base;

import java.io.Serializable;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.connector.source.Source;

/** A place that segments come from, as the job graph carries it. */
@PublicEvolving
public interface Origin extends Serializable {
  /** The place in the user's words, for messages and operator names. */
  String name();

  /** A bounded FLIP-27 source of this place's segment descriptors, each segment at most once. */
  Source<SegmentDescriptor, ?, ?> source();

  /** Opens a reader for one subtask. */
  PartReader openReader();
}
