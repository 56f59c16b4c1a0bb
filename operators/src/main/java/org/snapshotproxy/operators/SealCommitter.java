package org.snapshotproxy.operators;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.snapshotproxy.connectors.base.Destination;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.base.RequestMetrics;
import org.snapshotproxy.connectors.base.Seal;
import org.snapshotproxy.connectors.base.Sealer;

/**
 * Seals the destinations; Flink calls it when the checkpoint with the last receipts is complete.
 *
 * <p>One alone that does not seal for a passing fault restarts the job. Among several it is tried
 * again here and then given up; once all others are sealed the job ends with a {@link
 * PartialFailure}.
 */
final class SealCommitter implements Committer<Seals> {
  private static final Logger LOG = LoggerFactory.getLogger(SealCommitter.class);

  private static final long PAUSE_MILLIS = 500;

  private final List<Destination> destinations;
  private final Counter destinationsSealed;

  /** By the destination's number. */
  private final List<RequestMetrics> requests;

  SealCommitter(List<Destination> destinations, MetricGroup operator) {
    this.destinations = new ArrayList<>(destinations);
    MetricGroup group = operator.addGroup("fsp");
    this.destinationsSealed = group.counter("destinationsSealed");
    this.requests =
        destinations.stream()
            .map(each -> new RequestMetrics(group.addGroup("destination", each.name())))
            .toList();
  }

  @Override
  public void commit(Collection<CommitRequest<Seals>> requests)
      throws IOException, InterruptedException {
    for (CommitRequest<Seals> request : requests) {
      commit(request.getCommittable());
    }
  }

  private void commit(Seals seals) throws IOException, InterruptedException {
    if (destinations.size() == 1) {
      seal(0, seals);
      return;
    }
    Map<Integer, String> failures = new TreeMap<>(seals.failures());
    for (int i = 0; i < destinations.size(); i++) {
      if (!failures.containsKey(i)) {
        try {
          sealPatiently(i, seals);
        } catch (IOException | RuntimeException e) {
          failures.put(i, Failures.sentence(e));
        }
      }
    }
    if (!failures.isEmpty()) {
      Seal any = seals.seals().get(0);
      throw new PartialFailure(failures, any.written(), any.cleared(), any.skipped());
    }
  }

  private void sealPatiently(int number, Seals seals) throws IOException, InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        seal(number, seals);
        return;
      } catch (FspException e) {
        throw e;
      } catch (IOException | RuntimeException e) {
        if (attempt == SegmentSink.ATTEMPTS_AMONG_SEVERAL) {
          throw e;
        }
        LOG.warn("{}: attempt {} to seal failed", destinations.get(number).name(), attempt, e);
      }
      Thread.sleep(PAUSE_MILLIS);
    }
  }

  private void seal(int number, Seals seals) throws IOException, InterruptedException {
    try (Sealer sealer = destinations.get(number).openSealer()) {
      sealer.measure(requests.get(number));
      sealer.seal(seals.seals().get(number));
    }
    destinationsSealed.inc();
  }

  @Override
  public void close() {
    // A sealer is open for its own seal only.
  }
}
