package org.snapshotproxy.operators;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.snapshotproxy.connectors.base.Destination;
import org.snapshotproxy.connectors.base.Ledger;
import org.snapshotproxy.connectors.base.Receipt;

/**
 * The ledgers of those destinations that keep one. Where there are several destinations, one whose
 * ledger fails is given up. Used by one thread.
 */
final class Ledgers implements AutoCloseable {
  private final Map<Integer, Ledger> open = new TreeMap<>();
  private final Map<Integer, String> failures;
  private final boolean alone;

  /**
   * @param failures the destinations given up so far, which keep none; more are added here
   */
  Ledgers(List<Destination> destinations, Map<Integer, String> failures) {
    this.failures = failures;
    this.alone = destinations.size() == 1;
    for (int i = 0; i < destinations.size(); i++) {
      if (!failures.containsKey(i)) {
        open(i, destinations.get(i));
      }
    }
  }

  private void open(int number, Destination destination) {
    try {
      destination.openLedger().ifPresent(ledger -> open.put(number, ledger));
    } catch (RuntimeException e) {
      if (alone) {
        throw e;
      }
      giveUp(number, e);
    }
  }

  void add(Receipt receipt) throws IOException, InterruptedException {
    for (Map.Entry<Integer, Ledger> each : open.entrySet()) {
      if (failures.containsKey(each.getKey())) {
        continue;
      }
      try {
        each.getValue().add(receipt);
      } catch (IOException | RuntimeException e) {
        if (alone) {
          throw e;
        }
        giveUp(each.getKey(), e);
      }
    }
  }

  /** The note of a destination; empty without a ledger. */
  String finish(int destination) throws IOException, InterruptedException {
    Ledger ledger = open.get(destination);
    if (ledger == null || failures.containsKey(destination)) {
      return "";
    }
    try {
      return ledger.finish();
    } catch (IOException | RuntimeException e) {
      if (alone) {
        throw e;
      }
      giveUp(destination, e);
      return "";
    }
  }

  private void giveUp(int destination, Exception failure) {
    failures.put(destination, Failures.sentence(failure));
  }

  @Override
  public void close() throws IOException {
    IOException failure = null;
    for (Map.Entry<Integer, Ledger> each : open.entrySet()) {
      try {
        each.getValue().close();
      } catch (IOException e) {
        failure = failures.containsKey(each.getKey()) ? failure : e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
