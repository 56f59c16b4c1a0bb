package org.snapshotproxy.pipelines.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.PipelineOptions;
import org.snapshotproxy.connectors.aws.AwsAccess;
import org.snapshotproxy.connectors.aws.RequestLimit;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.operators.TransferOptions;
import org.snapshotproxy.pipelines.job.JobRunner;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.regions.providers.AwsProfileRegionProvider;
import software.amazon.awssdk.regions.providers.AwsRegionProviderChain;
import software.amazon.awssdk.regions.providers.SystemSettingsRegionProvider;

/** What the shared options, the configuration file and the environment come to. */
final class Settings {
  /** The reference tool's last resort. */
  private static final String LAST_REGION = "us-east-1";

  private final FspCommand root;

  Settings(FspCommand root) {
    this.root = root;
  }

  /** Flink's and the tool's options: the file's, and -D's and --parallelism over them. */
  Configuration flink() {
    Configuration config = JobRunner.isEmbedded() ? local() : Configuration.fromMap(root.options());
    if (root.parallelism() != null) {
      if (root.parallelism() < 1) {
        throw new UsageException(
            "--parallelism is " + root.parallelism() + "; it must be at least 1.");
      }
      config.set(CoreOptions.DEFAULT_PARALLELISM, root.parallelism());
    } else if (JobRunner.isEmbedded() && !config.contains(CoreOptions.DEFAULT_PARALLELISM)) {
      config.set(CoreOptions.DEFAULT_PARALLELISM, Runtime.getRuntime().availableProcessors());
    }
    if (!JobRunner.isEmbedded()) {
      config.set(PipelineOptions.GLOBAL_JOB_PARAMETERS, Map.of(RunRecord.PARAMETER, root.record()));
    }
    // Refused here, also if it is no number, before anything is started.
    int subtasks = config.get(CoreOptions.DEFAULT_PARALLELISM);
    if (subtasks < 1) {
      throw new UsageException(
          CoreOptions.DEFAULT_PARALLELISM.key() + " is " + subtasks + "; it must be at least 1.");
    }
    return config;
  }

  int listConcurrency() {
    int ranges = flink().get(TransferOptions.LIST_CONCURRENCY);
    if (ranges < 1) {
      throw new FspException(
          TransferOptions.LIST_CONCURRENCY.key() + " is " + ranges + "; it must be at least 1.");
    }
    return ranges;
  }

  /** Access to the origin. */
  AwsAccess origin() {
    return access(root.originRegion(), root.profile(), root.roleArn(), root.endpointUrl());
  }

  /** Access to the destination, where an option left out means the origin's. */
  AwsAccess destination(DestinationOptions options) {
    return destination(
        options.region() == null ? root.originRegion() : options.region(),
        options.profile(),
        options.roleArn(root.roleArn()),
        options.endpointUrl(),
        options.maxRequests());
  }

  /** Access to one of several destinations. */
  AwsAccess destination(DestinationLine line) {
    return destination(
        line.region(), line.profile(), line.roleArn(root.roleArn()), line.endpointUrl(), null);
  }

  private AwsAccess destination(
      String region, String profile, String roleArn, String endpoint, Double maxRequests) {
    return access(
        region,
        profile == null ? root.profile() : profile,
        roleArn,
        endpoint == null ? root.endpointUrl() : endpoint,
        maxRequests);
  }

  /** What one side is asked for at most: its own option, the run's, the service's quota. */
  private RequestLimit limit(Double own) {
    Double given = own == null ? root.maxRequests() : own;
    return new RequestLimit(
        given == null ? RequestLimit.DEFAULT_PER_SECOND : given, JobRunner.parallelism(flink()));
  }

  /**
   * Access by names, each of which may be null for its default.
   *
   * @param endpoint one URL for every service
   */
  AwsAccess access(String region, String profile, String roleArn, String endpoint) {
    return access(region, profile, roleArn, endpoint, null);
  }

  private AwsAccess access(
      String region, String profile, String roleArn, String endpoint, Double maxRequests) {
    Map<String, String> environment = System.getenv();
    return AwsAccess.of(
            region == null ? defaultRegion(profile) : region,
            profile,
            roleArn,
            endpoint,
            environment)
        .within(limit(maxRequests))
        .waiting(flink().get(TransferOptions.OUTAGE_PATIENCE));
  }

  private static String defaultRegion(String profile) {
    AwsRegionProviderChain chain =
        new AwsRegionProviderChain(
            new SystemSettingsRegionProvider(), new AwsProfileRegionProvider(null, profile));
    try {
      return chain.getRegion().id();
    } catch (SdkClientException e) {
      return LAST_REGION;
    }
  }

  /** The options of this process: the file's, and -D's over them. */
  Configuration local() {
    Configuration config = file();
    config.addAll(Configuration.fromMap(root.options()));
    return config;
  }

  private static Configuration file() {
    String home = System.getProperty("fsp.home");
    if (home == null || !Files.exists(Path.of(home, "conf", "config.yaml"))) {
      return new Configuration();
    }
    return GlobalConfiguration.loadConfiguration(Path.of(home, "conf").toString());
  }
}
