package org.snapshotproxy.pipelines.cli;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.pipelines.job.ClusterJobs;

/**
 * What an earlier driver of the same run left going on a cluster: a job does not end with its
 * driver, and two of one run would fill one snapshot, of which the later one would find it sealed.
 *
 * @param idsByName their ids by their names
 */
record EarlierJobs(Map<String, String> idsByName) {
  /**
   * Asks the cluster that this process submits to; of a run without a name there is nothing.
   *
   * @throws FspException if the run is going on there with other arguments
   */
  static EarlierJobs of(FspCommand root) throws IOException, InterruptedException {
    Map<String, String> ids = new HashMap<>();
    Optional<ClusterJobs> cluster =
        root.runIdGiven() ? ClusterJobs.ofThisProcess() : Optional.empty();
    if (cluster.isPresent()) {
      for (ClusterJobs.Job job : cluster.get().goingOn()) {
        if (isSameRun(root, job.id(), job.parameters().getOrDefault(RunRecord.PARAMETER, ""))) {
          ids.put(job.name(), job.id());
        }
      }
    }
    return new EarlierJobs(ids);
  }

  private static boolean isSameRun(FspCommand root, String id, String record) throws IOException {
    if (record.isEmpty() || !RunRecord.runId(record).equals(root.runId())) {
      return false;
    }
    if (!record.equals(root.record())) {
      throw new FspException(
          "Run "
              + root.runId()
              + " is going on as job "
              + id
              + " with other arguments: "
              + RunRecord.shown(RunRecord.words(record))
              + ". Give this one another --run-id, or stop that one.");
    }
    return true;
  }

  /** The id of the one of this name. */
  Optional<String> named(String name) {
    return Optional.ofNullable(idsByName.get(name));
  }
}
