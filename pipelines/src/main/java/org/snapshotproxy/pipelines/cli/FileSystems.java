package org.snapshotproxy.pipelines.cli;

import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.plugin.PluginUtils;
import org.snapshotproxy.connectors.s3.S3Access;

/** The file systems of Flink's that are plugins, such as that of {@code s3://}. */
final class FileSystems {
  private static final String ENDPOINT = "s3.endpoint";
  private static final String REGION = "s3.region";
  private static final String PATH_STYLE = "s3.path-style-access";

  private FileSystems() {}

  /**
   * Makes those known that stand in {@code FLINK_PLUGINS_DIR}, for this process and the jobs that
   * run in it. On a cluster, and where {@code flink run} started this process, Flink has done it.
   *
   * @param config their settings
   * @param s3 the endpoint and the region of {@code s3://} unless they say otherwise
   */
  static void load(Configuration config, S3Access s3) {
    if (!Boolean.getBoolean("fsp.launcher")) {
      return;
    }
    Configuration settings = new Configuration(config);
    if (!config.containsKey(REGION)) {
      settings.setString(REGION, s3.aws().region());
    }
    s3.aws()
        .endpoint("s3")
        .filter(url -> !config.containsKey(ENDPOINT))
        .ifPresent(
            url -> {
              settings.setString(ENDPOINT, url.toString());
              settings.setString(PATH_STYLE, String.valueOf(s3.pathStyle()));
            });
    FileSystem.initialize(settings, PluginUtils.createPluginManagerFromRootFolder(settings));
  }
}
