package org.snapshotproxy.pipelines.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.api.common.JobStatus;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.pipelines.job.ClusterApi;

/**
 * What an earlier driver of the same run left going on a cluster: a job does not end with its
 * driver, and two of one run would fill one snapshot, of which the later one would find it sealed.
 *
 * @param idsByName their ids by their names
 */
record EarlierJobs(Map<String, String> idsByName) {
  /**
   * Asks the cluster that the command names; of a run without a name there is nothing.
   *
   * @throws FspException if the run is going on there with other arguments
   */
  static EarlierJobs of(FspCommand root) throws IOException, InterruptedException {
    Map<String, String> ids = new HashMap<>();
    if (root.cluster().isPresent() && root.runIdGiven()) {
      ClusterApi api = new ClusterApi(root.cluster().get());
      for (JsonNode job : api.jobs()) {
        String id = job.path("jid").asText();
        if (isGoingOn(job) && isSameRun(root, id, api.parameter(id, RunRecord.PARAMETER))) {
          ids.put(job.path("name").asText(), id);
        }
      }
    }
    return new EarlierJobs(ids);
  }

  private static boolean isGoingOn(JsonNode job) {
    return job.path("name").asText().startsWith("fsp ")
        && !JobStatus.valueOf(job.path("state").asText()).isGloballyTerminalState();
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
