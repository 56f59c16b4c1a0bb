package org.snapshotproxy.connectors.device;

import org.apache.flink.annotation.PublicEvolving;

/** What becomes of blocks of an origin that nobody ever wrote. */
@PublicEvolving
public enum Holes {
  /** They are left out: right for a destination that is fresh and reads as zeros. */
  SKIP,

  /** They are cleared: right for a destination that holds something else. */
  CLEAR,

  /** They are read and moved as the zeros they read as. */
  MOVE
}
