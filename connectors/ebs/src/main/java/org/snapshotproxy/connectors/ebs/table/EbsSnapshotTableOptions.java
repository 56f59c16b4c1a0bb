package org.snapshotproxy.connectors.ebs.table;

import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;

/** The options of a table {@code WITH ('connector' = 'ebs-snapshot', …)}. */
@PublicEvolving
public final class EbsSnapshotTableOptions {
  /** The snapshot. */
  public static final ConfigOption<String> SNAPSHOT_ID =
      ConfigOptions.key("snapshot-id")
          .stringType()
          .noDefaultValue()
          .withDescription("Id of the completed snapshot whose blocks are the rows.");

  /** What changes are counted from. */
  public static final ConfigOption<String> CHANGES_SINCE =
      ConfigOptions.key("changes-since")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Id of an earlier snapshot of the same volume. The rows are then the blocks in which"
                  + " the snapshot differs from it, and those that it no longer has.");

  /** Where the snapshots are. */
  public static final ConfigOption<String> REGION =
      ConfigOptions.key("region")
          .stringType()
          .noDefaultValue()
          .withDescription("Region of the snapshots, such as us-east-1.");

  /** Another service than AWS's. */
  public static final ConfigOption<String> ENDPOINT_URL =
      ConfigOptions.key("endpoint-url")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "URL of the service. Default: AWS_ENDPOINT_URL_EBS, AWS_ENDPOINT_URL where the query"
                  + " is planned, then AWS's own.");

  /** Who asks. */
  public static final ConfigOption<String> PROFILE =
      ConfigOptions.key("profile")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Profile of the shared AWS files, which every task manager must have. Default: the"
                  + " default chain of credentials.");

  /** Who asks, with those credentials. */
  public static final ConfigOption<String> ROLE_ARN =
      ConfigOptions.key("role-arn")
          .stringType()
          .noDefaultValue()
          .withDescription("Role to assume.");

  /** Pages asked for at one time. */
  public static final ConfigOption<Integer> LIST_CONCURRENCY =
      ConfigOptions.key("scan.list-concurrency")
          .intType()
          .defaultValue(4)
          .withDescription("Ranges of the index that one source subtask lists at one time.");

  /** Blocks asked for at one time. */
  public static final ConfigOption<Integer> READ_CONCURRENCY =
      ConfigOptions.key("scan.read-concurrency")
          .intType()
          .defaultValue(64)
          .withDescription(
              "Blocks that one subtask holds at one time, each of 512 KiB of task heap, where"
                  + " digest or data is selected.");

  /** Blocks asked for in a second. */
  public static final ConfigOption<Double> REQUESTS_PER_SECOND =
      ConfigOptions.key("scan.requests-per-second")
          .doubleType()
          .defaultValue(1000.0)
          .withDescription(
              "Blocks read in a second by all subtasks together; the default is the service's"
                  + " quota.");

  private EbsSnapshotTableOptions() {}
}
