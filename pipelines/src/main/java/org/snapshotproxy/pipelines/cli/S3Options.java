package org.snapshotproxy.pipelines.cli;

import java.util.List;
import org.snapshotproxy.connectors.aws.AwsAccess;
import org.snapshotproxy.connectors.s3.S3Access;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** How to reach the bucket. */
final class S3Options {
  @Option(
      names = {"-e", "--s3-endpoint-url"},
      paramLabel = "URL",
      description = {
        "Endpoint of S3 only, such as a Snow device's.",
        "Default: --endpoint-url, AWS_ENDPOINT_URL_S3, then AWS."
      })
  private String endpointUrl;

  @Option(
      names = {"-p", "--s3-profile"},
      paramLabel = "NAME",
      description = "Profile for S3 only. Default: --profile.")
  private String profile;

  @Option(
      names = "--s3-role-arn",
      paramLabel = "ARN",
      description = "Role to assume for S3. Default: --role-arn, unless -p is given.")
  private String roleArn;

  @Option(
      names = "--path-style",
      negatable = true,
      description = {
        "Name the bucket in the path of requests, not in their host name.",
        "Default: on for an endpoint of one's own, off for AWS."
      })
  private Boolean pathStyle;

  @CommandLine.Spec(CommandLine.Spec.Target.MIXEE)
  private CommandLine.Model.CommandSpec command;

  /** Access to the bucket. */
  S3Access s3(FspCommand root, String region) {
    String url = endpointUrl == null ? root.endpointUrl() : endpointUrl;
    AwsAccess aws =
        new Settings(root)
            .access(
                region,
                profile == null ? root.profile() : profile,
                roleArn != null || profile != null ? roleArn : root.roleArn(),
                url);
    return S3Access.of(aws, pathStyle);
  }

  /** Access to the snapshot's side, whose profile and endpoint stand before the command. */
  AwsAccess ebs(FspCommand root, String region) {
    return new Settings(root)
        .access(
            region,
            isBehind("--profile") ? null : root.profile(),
            root.roleArn(),
            isBehind("--endpoint_url") ? null : root.endpointUrl());
  }

  private boolean isBehind(String option) {
    List<String> all = command.commandLine().getParent().getParseResult().originalArgs();
    List<String> behind = all.subList(all.indexOf(command.name()) + 1, all.size());
    return behind.stream().anyMatch(each -> each.equals(option) || each.startsWith(option + "="));
  }
}
