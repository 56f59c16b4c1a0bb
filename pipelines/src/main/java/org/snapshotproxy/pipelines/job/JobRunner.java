package org.snapshotproxy.pipelines.job;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.client.deployment.application.executors.EmbeddedExecutor;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.LocalStreamEnvironment;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.operators.PartialFailure;
import org.snapshotproxy.operators.Totals;

/**
 * Runs a job where it belongs: on the cluster that {@code flink run} or an application's entry
 * point provides, else on a mini cluster in this process. Used by one thread; {@link #cancel} by
 * any.
 */
public final class JobRunner {
  private static final Logger LOG = LoggerFactory.getLogger(JobRunner.class);

  private final Configuration configuration;
  private final Watcher watcher;
  private final Optional<Named> named;
  private volatile JobClient running;

  /** Whether this process itself ends the job. */
  private volatile boolean cancelling;

  /**
   * @param configuration Flink's and the tool's options
   * @param watcher hears how the job goes
   */
  public JobRunner(Configuration configuration, Watcher watcher) {
    this(configuration, watcher, Optional.empty());
  }

  /**
   * @param named a run whose embedded job goes on from its last checkpoint where an earlier process
   *     was ended
   */
  public JobRunner(Configuration configuration, Watcher watcher, Optional<Named> named) {
    this.configuration = configuration;
    this.watcher = watcher;
    this.named = named;
  }

  /**
   * A run that can be taken up again.
   *
   * @param runId its name
   * @param command what it was asked for
   */
  public record Named(String runId, String command) {}

  /** Whoever wants to know how a job goes; called by the thread that runs it. */
  public interface Watcher {
    /**
     * A job was accepted.
     *
     * @param job its id
     * @param attached whether its end is waited for
     */
    void submitted(String job, boolean attached);

    /** The job that is about to be submitted goes on from a checkpoint. */
    void resuming();

    /** Called about four times a second while the job is waited for. */
    void tick() throws InterruptedException;

    /** The job has come to its end, perhaps not with all of its destinations. */
    void ended(Outcome outcome);
  }

  /**
   * What a finished job counted.
   *
   * @param attached false for a job that was only submitted; its counts are not known here
   * @param written distinct blocks written, or counted
   * @param cleared distinct blocks cleared
   * @param skipped distinct zero blocks left out by choice
   * @param failures why destinations failed, by their number, 0 on; only where there are several
   * @param totals everything the job reported, by its name in {@link Totals}
   */
  public record Outcome(
      boolean attached,
      long written,
      long cleared,
      long skipped,
      Map<Integer, String> failures,
      Map<String, Object> totals) {
    /**
     * What stands under a name of {@link Totals}.
     *
     * @throws FspException if the job ended without reporting it, as it may when a task manager is
     *     lost at the very end
     */
    public <T> T reported(String name, Class<T> type) {
      Object value = totals.get(name);
      if (!type.isInstance(value)) {
        throw new FspException(
            "The job ended, but what it counted ("
                + name
                + ") was lost with a failure at its very end; repeat the command.");
      }
      return type.cast(value);
    }

    /** Of a job that was not waited for, or not needed. */
    public static final Outcome UNKNOWN = new Outcome(false, 0, 0, 0, Map.of(), Map.of());

    static Outcome of(Map<String, Object> totals) {
      return new Outcome(
          true,
          total(totals, Totals.WRITTEN),
          total(totals, Totals.CLEARED),
          total(totals, Totals.SKIPPED),
          Map.of(),
          totals);
    }

    static Outcome of(PartialFailure end) {
      return new Outcome(
          true, end.written(), end.cleared(), end.skipped(), end.failures(), Map.of());
    }
  }

  /**
   * Builds and runs a job to its end, or only submits it where the user asked for that.
   *
   * @throws JobStopped if somebody else ended it
   */
  public Outcome run(String name, Consumer<StreamExecutionEnvironment> graph)
      throws IOException, InterruptedException {
    if (!isEmbedded()) {
      StreamExecutionEnvironment env =
          StreamExecutionEnvironment.getExecutionEnvironment(JobDefaults.onCluster(configuration));
      graph.accept(env);
      TaskManagers.choose(env, configuration);
      return followed(submit(env, name), env);
    }
    try (EmbeddedDirectory directory = new EmbeddedDirectory()) {
      Configuration embedded = JobDefaults.embedded(configuration, directory);
      return named.isEmpty() ? embedded(embedded, name, graph) : resumable(embedded, name, graph);
    }
  }

  /** The same for a job that goes on already on the cluster where jobs of this process run. */
  public Outcome join(String job) throws IOException, InterruptedException {
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(JobDefaults.onCluster(configuration));
    running = ClusterJobs.of(env).orElseThrow().client(job);
    return followed(running, env);
  }

  private Outcome followed(JobClient client, StreamExecutionEnvironment env)
      throws IOException, InterruptedException {
    boolean attached = env.getConfiguration().get(DeploymentOptions.ATTACHED);
    watcher.submitted(client.getJobID().toString(), attached);
    return attached ? await(client) : Outcome.UNKNOWN;
  }

  private Outcome embedded(
      Configuration embedded, String name, Consumer<StreamExecutionEnvironment> graph)
      throws IOException, InterruptedException {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(embedded);
    graph.accept(env);
    JobClient client = submit(env, name);
    watcher.submitted(client.getJobID().toString(), true);
    return await(client);
  }

  private Outcome resumable(
      Configuration embedded, String name, Consumer<StreamExecutionEnvironment> graph)
      throws IOException, InterruptedException {
    String what = named.get().command() + operators(graph);
    try (RunDirectory run = RunDirectory.open(configuration, named.get().runId(), what)) {
      JobDefaults.retain(embedded, run.checkpoints());
      Optional<String> checkpoint = run.newest();
      if (checkpoint.isPresent() && !embedded.contains(StateRecoveryOptions.SAVEPOINT_PATH)) {
        embedded.set(StateRecoveryOptions.SAVEPOINT_PATH, checkpoint.get());
        watcher.resuming();
      }
      Outcome outcome = embedded(embedded, name, graph);
      run.done();
      return outcome;
    }
  }

  /** The names of a job's operators, which name the places it moves blocks from and to. */
  private static String operators(Consumer<StreamExecutionEnvironment> graph) {
    StreamExecutionEnvironment unused = StreamExecutionEnvironment.createLocalEnvironment(1);
    graph.accept(unused);
    return unused.getStreamGraph().getStreamNodes().stream()
        .map(StreamNode::getOperatorName)
        .sorted()
        .collect(Collectors.joining("\n"));
  }

  /** Whether jobs run on a mini cluster in this process. */
  public static boolean isEmbedded() {
    return StreamExecutionEnvironment.getExecutionEnvironment() instanceof LocalStreamEnvironment;
  }

  /** Whether this process is the job manager, which runs the command again when it is restarted. */
  public static boolean isInJobManager() {
    return EmbeddedExecutor.NAME.equals(
        StreamExecutionEnvironment.getExecutionEnvironment()
            .getConfiguration()
            .get(DeploymentOptions.TARGET));
  }

  /** Subtasks that a job will have where it runs. */
  public static int parallelism(Configuration configuration) {
    return StreamExecutionEnvironment.getExecutionEnvironment(configuration).getParallelism();
  }

  /** Whether the end of jobs is waited for here, so that what came of them is known. */
  public static boolean isAttached() {
    return isEmbedded()
        || StreamExecutionEnvironment.getExecutionEnvironment()
            .getConfiguration()
            .get(DeploymentOptions.ATTACHED);
  }

  /** Asks a running job to stop, and waits a little for it. */
  public void cancel() {
    JobClient client = running;
    if (client == null) {
      return;
    }
    cancelling = true;
    try {
      client.cancel().get(10, TimeUnit.SECONDS);
      client.getJobExecutionResult().get(10, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      // It has ended already, or ends with this process.
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private JobClient submit(StreamExecutionEnvironment env, String name) throws IOException {
    try {
      running = env.executeAsync(name);
      return running;
    } catch (Exception e) {
      throw JobFailure.of(e);
    }
  }

  private Outcome await(JobClient client) throws IOException, InterruptedException {
    CompletableFuture<JobExecutionResult> result = client.getJobExecutionResult();
    try {
      while (true) {
        try {
          return whole(
              Outcome.of(
                  result
                      .get(Duration.ofMillis(250).toMillis(), TimeUnit.MILLISECONDS)
                      .getAllAccumulatorResults()),
              client);
        } catch (TimeoutException e) {
          watcher.tick();
        }
      }
    } catch (ExecutionException e) {
      return partial(e, client);
    } finally {
      running = null;
    }
  }

  private Outcome partial(ExecutionException failure, JobClient client)
      throws IOException, InterruptedException {
    if (JobFailure.isCancellation(failure) && !cancelling) {
      throw stopped(client, "cancelled");
    }
    Optional<PartialFailure> end = JobFailure.partial(failure);
    if (end.isEmpty()) {
      throw JobFailure.of(failure);
    }
    return ended(Outcome.of(end.get()));
  }

  /** Flink says of a job that was stopped with a savepoint that it has finished, too. */
  private Outcome whole(Outcome outcome, JobClient client)
      throws IOException, InterruptedException {
    if (total(outcome.totals(), Totals.ENDED) == 0) {
      throw stopped(client, "stopped");
    }
    return ended(outcome);
  }

  private Outcome ended(Outcome outcome) {
    watcher.ended(outcome);
    return outcome;
  }

  private static JobStopped stopped(JobClient client, String how) throws InterruptedException {
    Optional<String> state = Optional.empty();
    try {
      Optional<ClusterJobs> cluster = ClusterJobs.ofThisProcess();
      if (cluster.isPresent()) {
        state = cluster.get().newestState(client.getJobID());
      }
    } catch (IOException e) {
      LOG.debug("where job {} can be gone on from is not known", client.getJobID(), e);
    }
    return new JobStopped(client.getJobID().toString(), how, state);
  }

  private static long total(Map<String, Object> totals, String name) {
    return totals.get(name) instanceof Long value ? value : 0;
  }
}
