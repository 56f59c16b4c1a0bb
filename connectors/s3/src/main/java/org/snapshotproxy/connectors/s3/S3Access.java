package org.snapshotproxy.connectors.s3;

import java.io.Serializable;
import org.apache.flink.annotation.PublicEvolving;
import org.snapshotproxy.connectors.aws.AwsAccess;

/**
 * How to reach an S3 service, as a job graph may carry it: names only, no secret.
 *
 * @param aws region, profile, role and endpoint
 * @param pathStyle whether the bucket stands in the path of a request instead of its host name, as
 *     Snow devices and most other servers of the protocol need it
 */
@PublicEvolving
public record S3Access(AwsAccess aws, boolean pathStyle) implements Serializable {
  /**
   * Access with the path style that the endpoint is likely to need: a service of one's own rarely
   * has a host name for each bucket.
   *
   * @param pathStyle over this rule; or null
   */
  public static S3Access of(AwsAccess aws, Boolean pathStyle) {
    boolean own =
        aws.endpoint("s3").map(uri -> !uri.getHost().endsWith(".amazonaws.com")).orElse(false);
    return new S3Access(aws, pathStyle == null ? own : pathStyle);
  }
}
