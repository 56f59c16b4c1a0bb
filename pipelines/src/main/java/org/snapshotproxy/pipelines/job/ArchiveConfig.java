package org.snapshotproxy.pipelines.job;

import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;

/** The settings of archives that are about the machines, with their defaults and meaning. */
public final class ArchiveConfig {
  /** zstd level. */
  public static final ConfigOption<Integer> LEVEL =
      ConfigOptions.key("fsp.archive.zstd-level")
          .intType()
          .defaultValue(3)
          .withDescription("zstd level of archives, 1 (fastest) to 22.");

  /** Compressions at one time. */
  public static final ConfigOption<Integer> THREADS =
      ConfigOptions.key("fsp.archive.zstd-threads")
          .intType()
          .noDefaultValue()
          .withDescription(
              "Objects that one job compresses at one time in one task manager. Default: the processors where it is submitted.");

  /** Objects on their way at one time. */
  public static final ConfigOption<Integer> UPLOADS =
      ConfigOptions.key("fsp.archive.uploads")
          .intType()
          .defaultValue(6)
          .withDescription(
              "Objects that one job compresses and puts at one time in one task manager. Each takes up to its own size (32 MiB) of heap beside fsp.memory.budget.");

  private ArchiveConfig() {}
}
