package org.snapshotproxy.pipelines.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Callable;
import org.snapshotproxy.connectors.ebs.Snapshots;
import org.snapshotproxy.pipelines.job.ClusterApi;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code fsp stop}. */
@Command(
    name = "stop",
    description = {
      "Stops a job of a cluster with a savepoint, and prints where that is.",
      "Nothing is sealed or deleted: 'fsp resume' goes on from there. A snapshot that the job was filling stays pending; the service gives it up 72 hours after the last block."
    },
    footer = {
      "",
      "Example:",
      "  fsp --cluster localhost:8081 stop 6f2c2f1f6b1b4a6f0d1c7f0a9b3e5d11"
    })
final class StopCommand implements Callable<Integer> {
  @ParentCommand private FspCommand root;

  @Parameters(paramLabel = "JOB", description = "Id of the job.")
  private String job;

  @Option(
      names = "--savepoint-dir",
      paramLabel = "URI",
      description = "Directory for the savepoint. Default: the cluster's own.")
  private String directory = "";

  @Override
  public Integer call() throws Exception {
    ClusterApi api = new ClusterApi(root.neededCluster());
    String id = StatusCommand.checked(job);
    String record = api.parameter(id, RunRecord.PARAMETER);
    if (record.isEmpty()) {
      throw new UsageException("Job " + job + " is none of fsp's; 'flink stop' stops it.");
    }
    boolean pending = fillsSnapshot(api.job(id));
    String savepoint = api.stop(id, directory);
    List<String> words = RunRecord.words(record);
    try {
      RunRecord.save(savepoint, record);
    } catch (IOException e) {
      root.err()
          .println(
              "fsp: warning: the command could not be laid into the savepoint ("
                  + e.getMessage()
                  + "); go on with: fsp resume "
                  + savepoint
                  + " -- "
                  + RunRecord.shown(words).substring("fsp ".length()));
    }
    if (pending && !root.quiet()) {
      root.err()
          .println(
              "fsp: the snapshot stays pending until "
                  + Snapshots.IDLE.toHours()
                  + " hours after its last block, which is "
                  + Instant.now().plus(Snapshots.IDLE).truncatedTo(ChronoUnit.MINUTES)
                  + " or earlier; then the service gives it up, and nothing can go on with it");
    }
    new Report(root, "stop")
        .line("%s", savepoint)
        .field("job_id", id)
        .field("savepoint", savepoint)
        .print();
    return 0;
  }

  /** A job's writer is named after its destinations. */
  private static boolean fillsSnapshot(JsonNode job) {
    for (JsonNode vertex : job.path("vertices")) {
      if (vertex.path("name").asText().matches(".*\\bwrite snap-[0-9a-f]+ in .*")) {
        return true;
      }
    }
    return false;
  }
}
