package org.snapshotproxy.pipelines.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.snapshotproxy.connectors.base.FspException;

/**
 * Makes a running cluster the place of this process's jobs, as {@code flink run} does for its own
 * process: whoever asks for the execution environment gets one that submits there.
 */
@SuppressWarnings("try") // Flink declares close() to throw any exception, interruption included
public final class ClusterEnvironment extends StreamExecutionEnvironment {
  /**
   * Attempts of a request for a job's state, 3 s apart: a job manager that is started again is
   * waited for a quarter of an hour.
   */
  private static final int REST_ATTEMPTS = 300;

  private ClusterEnvironment(Configuration configuration) {
    super(configuration, ClusterEnvironment.class.getClassLoader());
  }

  /**
   * Installs the cluster for this process.
   *
   * @param jar the job jar as the launcher knows it; or null
   * @param detached whether jobs are only submitted
   * @throws FspException if the cluster does not answer or is of another Flink line, there is no
   *     job jar, or jobs of this process already have another place
   */
  public static void install(ClusterAddress cluster, String jar, boolean detached)
      throws IOException, InterruptedException {
    if (!JobRunner.isEmbedded()) {
      throw new FspException(
          "--cluster and --detached are for fsp itself; 'flink run' knows its cluster, and has -d.");
    }
    ClusterApi api = new ClusterApi(cluster);
    api.checkLine();
    Configuration base = new Configuration();
    base.set(DeploymentOptions.TARGET, "remote");
    base.set(DeploymentOptions.ATTACHED, !detached);
    base.set(RestOptions.ADDRESS, cluster.host());
    base.set(RestOptions.PORT, cluster.port());
    base.set(RestOptions.RETRY_MAX_ATTEMPTS, REST_ATTEMPTS);
    base.set(PipelineOptions.JARS, List.of(checked(jar).toUri().toString()));
    base.set(CoreOptions.DEFAULT_PARALLELISM, api.defaultParallelism());
    initializeContextEnvironment(
        configuration -> {
          Configuration merged = new Configuration(base);
          merged.addAll(configuration);
          return new ClusterEnvironment(merged);
        });
  }

  /** Ends what {@link #install} began. */
  public static void uninstall() {
    resetContextEnvironment();
  }

  private static Path checked(String name) {
    if (name == null || !Files.isRegularFile(Path.of(name))) {
      throw new FspException(
          "There is no job jar"
              + (name == null ? "" : " at " + name)
              + "; start the tool by its launcher, fsp, which builds it.");
    }
    return Path.of(name).toAbsolutePath().normalize();
  }
}
