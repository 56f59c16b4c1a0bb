package org.snapshotproxy.connectors.base;

import java.io.Serializable;
import java.util.Optional;
import org.apache.flink.annotation.PublicEvolving;

/**
 * A place that segments go to, as the job graph carries it: no connection, no credential, only how
 * to open them.
 */
@PublicEvolving
public interface Destination extends Serializable {
  /** The place in the user's words, for messages and operator names. */
  String name();

  /** Opens a writer for one subtask. */
  PartWriter openWriter();

  /** Opens the ledger, in the one finalizing task, where the destination keeps one. */
  default Optional<Ledger> openLedger() {
    return Optional.empty();
  }

  /** Opens the sealer, in the one finalizing task. */
  Sealer openSealer();
}
