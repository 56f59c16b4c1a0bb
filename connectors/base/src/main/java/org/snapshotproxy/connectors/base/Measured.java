package org.snapshotproxy.connectors.base;

import org.apache.flink.annotation.PublicEvolving;

/** A part of a place that can tell what requests it sends. */
@PublicEvolving
public interface Measured {
  /**
   * Names where its requests are counted from now on; called before its first use, if at all. A
   * place that sends none has nothing to do.
   */
  default void measure(RequestMetrics requests) {
    // A place that sends no requests.
  }
}
