package org.snapshotproxy.pipelines.job;

import java.time.Duration;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.TaskManagerOptions;

/** What every job of this tool runs with, under whatever the user set. */
final class JobDefaults {
  private JobDefaults() {}

  /** For a cluster, which has its own checkpoint storage and memory. */
  static Configuration onCluster(Configuration user) {
    Configuration config = common();
    // Machines come and go in a day. What no restart mends (FspException) is not restarted; the
    // rest
    // is, ever more slowly, until ten times were of no use.
    config.set(RestartStrategyOptions.RESTART_STRATEGY, "exponential-delay");
    config.set(
        RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF,
        Duration.ofSeconds(30));
    config.set(
        RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_RESET_BACKOFF_THRESHOLD,
        Duration.ofMinutes(5));
    config.set(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_ATTEMPTS, 10);
    // They outlive the job, where that fails or is cancelled, so that it can be gone on with.
    config.set(
        CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
        ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
    config.addAll(user);
    PrometheusConfig.refuse(config);
    return config;
  }

  /** For a mini cluster in this process, whose files all go under {@code directory}. */
  static Configuration embedded(Configuration user, EmbeddedDirectory directory) {
    Configuration config = common();
    String local = directory.path().toUri().toString();
    config.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
    config.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, local + "checkpoints");
    config.set(CoreOptions.TMP_DIRS, directory.path().toString());
    config.set(RestOptions.BIND_PORT, "0");
    // Descriptors are a few KiB; Flink's defaults of 64 MiB for network buffers, and 32 KiB for
    // each,
    // are for data. A savepoint waits for all that is buffered.
    config.set(TaskManagerOptions.MEMORY_SEGMENT_SIZE, new MemorySize(4096));
    config.set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.ofMebiBytes(16));
    config.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(16));
    config.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(64));
    config.addAll(user);
    PrometheusConfig.apply(config);
    return config;
  }

  /** For an embedded run whose checkpoints are to outlive it. */
  static void retain(Configuration config, String checkpoints) {
    config.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints);
    config.set(
        CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
        ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
    config.set(CheckpointingOptions.MAX_RETAINED_CHECKPOINTS, 2);
  }

  private static Configuration common() {
    Configuration config = new Configuration();
    config.set(PipelineOptions.OBJECT_REUSE, true);
    // Every type has its serializer; Flink's reflective fallback would be a mistake, so it is an
    // error.
    config.set(PipelineOptions.GENERIC_TYPES, false);
    config.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(500));
    // What is moved again after a lost process: what was in flight and what was acknowledged since.
    config.set(CheckpointingOptions.CHECKPOINTING_INTERVAL_DURING_BACKLOG, Duration.ofSeconds(1));
    // A barrier does not queue behind descriptors: those are KiB in a checkpoint, but each is
    // seconds of work.
    config.set(CheckpointingOptions.ENABLE_UNALIGNED, true);
    // A savepoint waits for reads, and so does the checkpoint on which the end of the input falls:
    // in an outage for as long as it lasts; late is not lost.
    config.set(CheckpointingOptions.CHECKPOINTING_TIMEOUT, Duration.ofHours(1));
    config.set(CheckpointingOptions.TOLERABLE_FAILURE_NUMBER, 100);
    // Descriptors of a subtask, beside the metadata and not each in a file, or request to S3, of
    // its own.
    config.set(CheckpointingOptions.FS_SMALL_FILE_THRESHOLD, MemorySize.parse("256kb"));
    config.set(StateBackendOptions.STATE_BACKEND, "rocksdb");
    config.set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, true);
    config.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    config.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 3);
    config.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofSeconds(1));
    return config;
  }
}
