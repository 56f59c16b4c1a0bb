package org.snapshotproxy.operators;

import java.io.Serializable;
import java.time.Duration;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.ReadableConfig;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.FspException;

/** Every setting of a transfer, with its default and its meaning. */
@PublicEvolving
public final class TransferOptions {
  /** Bytes of blocks in memory at one time. */
  public static final ConfigOption<MemorySize> MEMORY_BUDGET =
      ConfigOptions.key("fsp.memory.budget")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(256))
          .withDescription(
              "Bytes of blocks that one job holds in one task manager at one time, read and not yet"
                  + " written. At least 64 MiB.");

  /** Blocks read at one time. */
  public static final ConfigOption<Integer> READ_THREADS =
      ConfigOptions.key("fsp.read.threads")
          .intType()
          .defaultValue(64)
          .withDescription("Blocks that one job reads at one time in one task manager.");

  /** Blocks written at one time. */
  public static final ConfigOption<Integer> WRITE_THREADS =
      ConfigOptions.key("fsp.write.threads")
          .intType()
          .defaultValue(64)
          .withDescription(
              "Blocks that one job writes at one time to each destination in one task manager.");

  /** Ranges listed at one time. */
  public static final ConfigOption<Integer> LIST_CONCURRENCY =
      ConfigOptions.key("fsp.list.concurrency")
          .intType()
          .defaultValue(4)
          .withDescription(
              "Ranges of a snapshot's index that one source subtask lists at one time.");

  /** Whether a block of zeros that was read is left out. */
  public static final ConfigOption<Boolean> SKIP_ZEROS =
      ConfigOptions.key("fsp.skip-zeros")
          .booleanType()
          .defaultValue(false)
          .withDescription(
              "Leave out blocks that were read and hold only zeros. Off by default: on an encrypted"
                  + " volume a block that was never put does not read as zeros.");

  /** How long a service that cannot be reached is waited for. */
  public static final ConfigOption<Duration> OUTAGE_PATIENCE =
      ConfigOptions.key("fsp.outage.patience")
          .durationType()
          .defaultValue(Duration.ofMinutes(15))
          .withDescription(
              "How long a request of a job waits for a service to which no connection comes about."
                  + " Before the job, where a user waits, it is 5 seconds.");

  private TransferOptions() {}

  /** The settings of a job, as its operators carry them. */
  public static Settings from(ReadableConfig config) {
    return new Settings(
        config.get(MEMORY_BUDGET).getBytes(),
        config.get(READ_THREADS),
        config.get(WRITE_THREADS),
        config.get(SKIP_ZEROS));
  }

  /**
   * The settings that operators need at run time.
   *
   * @param memoryBudget bytes; at least two segments, so that one is read while one is written
   * @param readThreads 1 to 1024
   * @param writeThreads 1 to 1024
   * @param skipZeros whether read blocks of zeros are left out
   */
  public record Settings(long memoryBudget, int readThreads, int writeThreads, boolean skipZeros)
      implements Serializable {
    public Settings {
      if (memoryBudget < 2 * Blocks.SEGMENT_SIZE) {
        throw new FspException(
            MEMORY_BUDGET.key() + " is " + memoryBudget + " bytes; it must be at least 64 MiB.");
      }
      checkThreads(READ_THREADS, readThreads);
      checkThreads(WRITE_THREADS, writeThreads);
    }

    private static void checkThreads(ConfigOption<Integer> option, int threads) {
      if (threads < 1 || threads > 1024) {
        throw new FspException(option.key() + " is " + threads + "; it must be 1 to 1024.");
      }
    }
  }
}
