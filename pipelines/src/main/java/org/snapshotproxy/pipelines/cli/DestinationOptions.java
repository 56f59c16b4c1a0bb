package org.snapshotproxy.pipelines.cli;

import picocli.CommandLine.Option;

/** Where a new snapshot goes, or where the second of two places is. */
final class DestinationOptions {
  @Option(
      names = {"-d", "--destination_region", "--destination-region"},
      paramLabel = "REGION",
      description =
          "Region of the new snapshot, or of the second place. Default: -o, then its profile's region.")
  private String region;

  @Option(
      names = "--destination-profile",
      paramLabel = "NAME",
      description = "Profile for that region's account. Default: --profile.")
  private String profile;

  @Option(
      names = "--destination-role-arn",
      paramLabel = "ARN",
      description =
          "Role to assume there. Default: --role-arn, unless --destination-profile is given.")
  private String roleArn;

  @Option(
      names = "--destination-endpoint-url",
      paramLabel = "URL",
      description = "Endpoint there. Default: --endpoint-url.")
  private String endpointUrl;

  @Option(
      names = "--destination-max-requests-per-second",
      paramLabel = "N",
      description = "Blocks put there in a second. Default: --max-requests-per-second.")
  private Double maxRequests;

  /** Or null. */
  Double maxRequests() {
    return maxRequests;
  }

  String region() {
    return region;
  }

  String profile() {
    return profile;
  }

  String roleArn(String origins) {
    return roleArn != null || profile != null ? roleArn : origins;
  }

  String endpointUrl() {
    return endpointUrl;
  }
}
