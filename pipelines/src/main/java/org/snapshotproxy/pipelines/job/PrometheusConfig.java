package org.snapshotproxy.pipelines.job;

import java.io.IOException;
import java.net.ServerSocket;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MetricOptions;
import org.snapshotproxy.connectors.base.FspException;

/**
 * Metrics for Prometheus while an embedded job runs. A cluster's reporters are part of the
 * cluster's own configuration.
 */
public final class PrometheusConfig {
  /** Where Prometheus finds the metrics. */
  public static final ConfigOption<Integer> PORT =
      ConfigOptions.key("fsp.prometheus.port")
          .intType()
          .noDefaultValue()
          .withDescription(
              "Port on which an embedded run offers its metrics to Prometheus, on every address of this machine. Default: none.");

  /** By name, so that nothing of it is loaded where it is not asked for. */
  private static final String FACTORY =
      "org.apache.flink.metrics.prometheus.PrometheusReporterFactory";

  private PrometheusConfig() {}

  /**
   * Sets Flink's reporter up where the port is given.
   *
   * @throws FspException if the port is none or taken; Flink would only log it
   */
  static void apply(Configuration config) {
    if (!config.contains(PORT)) {
      return;
    }
    int port = config.get(PORT);
    if (port < 1 || port > 65_535) {
      throw new FspException(PORT.key() + " is " + port + "; it must be 1 to 65535.");
    }
    try (ServerSocket free = new ServerSocket(port)) {
      free.setReuseAddress(true);
    } catch (IOException e) {
      throw new FspException(
          PORT.key() + " is " + port + ", which is in use here; choose another port.", e);
    }
    Configuration reporter = MetricOptions.forReporter(config, "prometheus");
    reporter.set(MetricOptions.REPORTER_FACTORY_CLASS, FACTORY);
    reporter.setString("port", Integer.toString(port));
    // Ids and paths as they are, not with an underscore for each dash.
    reporter.setString("filterLabelValueCharacters", "false");
  }

  /**
   * Refuses the port where it would do nothing.
   *
   * @throws FspException if it is given
   */
  static void refuse(Configuration config) {
    if (config.contains(PORT)) {
      throw new FspException(
          PORT.key()
              + " is for embedded runs; a cluster's metrics are switched on in the cluster's configuration (metrics.reporter.prometheus.*).");
    }
  }
}
