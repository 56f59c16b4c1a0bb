package org.snapshotproxy.pipelines.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.snapshotproxy.pipelines.job.ClusterAddress;
import org.snapshotproxy.pipelines.job.ClusterApi;
import org.snapshotproxy.pipelines.job.ClusterProgress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code fsp status}. */
@Command(
    name = "status",
    description = "Lists the jobs of fsp on a cluster, a line each, or tells how one of them is.",
    footer = {
      "",
      "Examples:",
      "  fsp --cluster localhost:8081 status",
      "  fsp --cluster localhost:8081 status 6f2c2f1f6b1b4a6f0d1c7f0a9b3e5d11"
    })
final class StatusCommand implements Callable<Integer> {
  @ParentCommand private FspCommand root;

  @Parameters(arity = "0..1", paramLabel = "JOB", description = "Id of a job.")
  private String job;

  /** The id of a job, which is 32 hexadecimal digits. */
  static String checked(String job) {
    if (!job.matches("[0-9a-f]{32}")) {
      throw new UsageException("'" + job + "' is no id of a job; it has 32 hexadecimal digits.");
    }
    return job;
  }

  @Override
  public Integer call() throws Exception {
    ClusterAddress cluster = root.neededCluster();
    ClusterApi api = new ClusterApi(cluster);
    if (job == null) {
      list(api);
    } else {
      one(api, cluster, checked(job));
    }
    return 0;
  }

  private void list(ClusterApi api) throws IOException, InterruptedException {
    Report report = new Report(root, "status");
    List<Map<String, Object>> jobs = new ArrayList<>();
    for (JsonNode each : api.jobs()) {
      String name = each.path("name").asText();
      if (name.startsWith("fsp ")) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("job_id", each.path("jid").asText());
        fields.put("state", each.path("state").asText());
        fields.put("started", started(each));
        fields.put("name", name);
        jobs.add(fields);
        report.line("%s %s %s %s", fields.values().toArray());
      }
    }
    report.field("jobs", jobs).print();
  }

  private static String started(JsonNode job) {
    return Instant.ofEpochSecond(job.path("start-time").asLong() / 1000).toString();
  }

  private void one(ClusterApi api, ClusterAddress cluster, String id)
      throws IOException, InterruptedException {
    JsonNode state = api.job(id);
    ClusterProgress progress = new ClusterProgress(cluster, id);
    progress.refresh();
    JsonNode checkpoints = api.checkpoints(id);
    JsonNode latest = checkpoints.path("latest").path("completed");
    Report report = new Report(root, "status");
    show(report, "job_id", id);
    show(report, "name", state.path("name").asText());
    show(report, "state", state.path("state").asText());
    show(report, "started", started(state));
    show(report, "seconds", Duration.ofMillis(state.path("duration").asLong()).toSeconds());
    show(report, "blocks_listed", progress.listed());
    show(report, "blocks_moved", Math.max(progress.moved(), progress.counted()));
    show(report, "restarts", checkpoints.path("counts").path("restored").asLong());
    show(report, "checkpoints", checkpoints.path("counts").path("completed").asLong());
    if (latest.has("end_to_end_duration")) {
      show(report, "checkpoint_bytes", latest.path("state_size").asLong());
      show(report, "checkpoint_milliseconds", latest.path("end_to_end_duration").asLong());
      show(report, "checkpoint", latest.path("external_path").asText());
    }
    report.print();
  }

  private static void show(Report report, String name, Object value) {
    report.line("%s %s", name, value).field(name, value);
  }
}
