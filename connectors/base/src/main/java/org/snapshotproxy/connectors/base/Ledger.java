package org.snapshotproxy.connectors.base;

import java.io.IOException;
import org.apache.flink.annotation.PublicEvolving;

/**
 * Takes the receipts of a destination that must know more of them in the end than their sum, such
 * as an archive's index. Used by one thread, in the one finalizing task, when the input has ended;
 * a replay after a failure writes the same again.
 */
@PublicEvolving
public interface Ledger extends AutoCloseable {
  /** Takes the next receipt, in ascending order of segments. */
  void add(Receipt receipt) throws IOException, InterruptedException;

  /**
   * Ends the ledger.
   *
   * @return what the sealer needs to find it again ({@link Seal#note}), a few MiB at most
   */
  String finish() throws IOException, InterruptedException;

  @Override
  void close() throws IOException;
}
