package org.snapshotproxy.operators;

import org.snapshotproxy.connectors.base.Receipt;

/**
 * What a writer tells the finalizer: a receipt, or that a destination was given up.
 *
 * @param receipt of a segment that every destination not given up has acknowledged; or null
 * @param destination number of the destination that was given up
 * @param failure why, as {@link Failures} tells it; or null with a receipt
 */
record WriteResult(Receipt receipt, int destination, String failure) {
  static WriteResult of(Receipt receipt) {
    return new WriteResult(receipt, 0, null);
  }

  static WriteResult givenUp(int destination, String failure) {
    return new WriteResult(null, destination, failure);
  }
}
