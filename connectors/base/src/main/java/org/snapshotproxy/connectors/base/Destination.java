package org.snapshotproxy.connectors.base;

import java.io.Serializable;

/**
 * A place that segments go to, as the job graph carries it: no connection, no credential, only how
 * to open them.
 */
public interface Destination extends Serializable {
  /** The place in the user's words, for messages and operator names. */
  String name();

  /** Opens a writer for one subtask. */
  BlockWriter openWriter();

  /** Opens the sealer, in the one finalizing task. */
  Sealer openSealer();
}
