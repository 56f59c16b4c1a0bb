package org.snapshotproxy.pipelines.job;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.client.deployment.ClusterClientFactory;
import org.apache.flink.client.deployment.ClusterClientJobClientAdapter;
import org.apache.flink.client.deployment.ClusterDescriptor;
import org.apache.flink.client.deployment.DefaultClusterClientServiceLoader;
import org.apache.flink.client.deployment.application.executors.EmbeddedExecutor;
import org.apache.flink.client.deployment.executors.LocalExecutor;
import org.apache.flink.client.program.ClusterClientProvider;
import org.apache.flink.client.program.rest.RestClusterClient;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.client.JobStatusMessage;
import org.apache.flink.runtime.rest.messages.EmptyRequestBody;
import org.apache.flink.runtime.rest.messages.JobConfigHeaders;
import org.apache.flink.runtime.rest.messages.JobMessageParameters;
import org.apache.flink.runtime.rest.messages.MessageHeaders;
import org.apache.flink.runtime.rest.messages.ResponseBody;
import org.apache.flink.runtime.rest.messages.checkpoints.CheckpointStatistics.CompletedCheckpointStatistics;
import org.apache.flink.runtime.rest.messages.checkpoints.CheckpointingStatistics.LatestCheckpoints;
import org.apache.flink.runtime.rest.messages.checkpoints.CheckpointingStatisticsHeaders;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The jobs of the cluster that this process submits to, be it that of {@code --cluster} or of
 * {@code flink run}. Asked by Flink's own client, which reaches it as the submission does: by its
 * address, its leader, through YARN or Kubernetes, encrypted or not. Thread-safe.
 */
public final class ClusterJobs {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** Targets whose jobs run in this process. */
  private static final List<String> HERE = List.of(EmbeddedExecutor.NAME, LocalExecutor.NAME);

  private final ClusterClientProvider<?> cluster;

  private ClusterJobs(ClusterClientProvider<?> cluster) {
    this.cluster = cluster;
  }

  /**
   * A job.
   *
   * @param parameters what it was submitted with
   */
  public record Job(String id, String name, Map<String, String> parameters) {}

  /** Those of this process's cluster; empty where jobs run in this process, or start theirs. */
  public static Optional<ClusterJobs> ofThisProcess() throws IOException {
    return of(StreamExecutionEnvironment.getExecutionEnvironment());
  }

  /** Those of an environment's cluster. */
  static Optional<ClusterJobs> of(StreamExecutionEnvironment env) throws IOException {
    Configuration configuration = Configuration.fromMap(env.getConfiguration().toMap());
    Optional<String> target = configuration.getOptional(DeploymentOptions.TARGET);
    if (target.isEmpty() || HERE.contains(target.get())) {
      return Optional.empty();
    }
    return retrieved(
        new DefaultClusterClientServiceLoader().getClusterClientFactory(configuration),
        configuration);
  }

  private static <C> Optional<ClusterJobs> retrieved(
      ClusterClientFactory<C> factory, Configuration configuration) throws IOException {
    C id = factory.getClusterId(configuration);
    if (id == null) {
      return Optional.empty();
    }
    ClusterDescriptor<C> descriptor = factory.createClusterDescriptor(configuration);
    try {
      return Optional.of(new ClusterJobs(descriptor.retrieve(id)));
    } catch (Exception e) {
      throw JobFailure.of(e);
    } finally {
      descriptor.close();
    }
  }

  /** Those of this tool that have not ended. */
  public List<Job> goingOn() throws IOException, InterruptedException {
    List<Job> jobs = new ArrayList<>();
    for (JobStatusMessage job : ask(RestClusterClient::listJobs)) {
      if (job.getJobName().startsWith("fsp ") && !job.getJobState().isGloballyTerminalState()) {
        jobs.add(
            new Job(
                job.getJobId().toString(),
                job.getJobName(),
                about(JobConfigHeaders.getInstance(), job.getJobId())
                    .getExecutionConfigInfo()
                    .getGlobalJobParameters()));
      }
    }
    return jobs;
  }

  /** To wait for a job, whoever submitted it. */
  JobClient client(String job) {
    return new ClusterClientJobClientAdapter<>(
        cluster, JobID.fromHexString(job), ClusterJobs.class.getClassLoader());
  }

  /** Where the newest savepoint or retained checkpoint of a job is, if it has one. */
  Optional<String> newestState(JobID job) throws IOException, InterruptedException {
    LatestCheckpoints latest =
        about(CheckpointingStatisticsHeaders.getInstance(), job).getLatestCheckpoints();
    return Stream.of(latest.getSavepointStatistics(), latest.getCompletedCheckpointStatistics())
        .filter(Objects::nonNull)
        .max(Comparator.comparingLong(CompletedCheckpointStatistics::getId))
        .map(CompletedCheckpointStatistics::getExternalPath)
        // Flink's word for one that lay in the job manager's memory.
        .filter(path -> !path.startsWith("<"));
  }

  private <P extends ResponseBody> P about(
      MessageHeaders<EmptyRequestBody, P, JobMessageParameters> what, JobID job)
      throws IOException, InterruptedException {
    JobMessageParameters parameters = new JobMessageParameters();
    parameters.jobPathParameter.resolve(job);
    return ask(client -> client.sendRequest(what, parameters, EmptyRequestBody.getInstance()));
  }

  private <T> T ask(Function<RestClusterClient<?>, CompletableFuture<T>> request)
      throws IOException, InterruptedException {
    // Flink has no other client of a running cluster.
    try (RestClusterClient<?> client = (RestClusterClient<?>) cluster.getClusterClient()) {
      return request.apply(client).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("The cluster could not be asked for its jobs: " + e.getMessage(), e);
    }
  }
}
