package org.snapshotproxy.operators;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.snapshotproxy.connectors.base.Seal;

/**
 * The end of a job, as its committer gets it.
 *
 * @param seals one a destination, in their order
 * @param failures why destinations were given up, by their number, ascending; they are not sealed
 */
record Seals(List<Seal> seals, Map<Integer, String> failures) {
  Seals {
    seals = List.copyOf(seals);
    failures = Collections.unmodifiableMap(new TreeMap<>(failures));
  }
}
