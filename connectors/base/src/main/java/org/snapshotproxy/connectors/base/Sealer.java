package org.snapshotproxy.connectors.base;

import java.io.IOException;
import org.apache.flink.annotation.PublicEvolving;

/** Makes a destination whole once all its receipts are in a completed checkpoint. */
@PublicEvolving
public interface Sealer extends Measured, AutoCloseable {
  /**
   * Seals; called again after a failure, and then without effect on what is already sealed with the
   * same content.
   */
  void seal(Seal seal) throws IOException, InterruptedException;

  @Override
  void close() throws IOException;
}
