package org.snapshotproxy.connectors.aws;

import java.io.Serializable;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.flink.annotation.PublicEvolving;
import org.snapshotproxy.connectors.base.FspException;

/**
 * How to reach one account in one region, as a job graph may carry it: names only, no secret.
 *
 * @param region for example {@code us-east-1}
 * @param profile profile of the shared AWS files, or empty for the default credentials
 * @param roleArn role to assume with those credentials, or empty
 * @param endpoints endpoint overrides by lower-case service name ({@code ebs}, {@code ec2}, {@code
 *     sts}); absent means AWS's own
 * @param limit how many blocks a job may ask for in a second
 * @param outage how long a job waits for a service that cannot be reached at all, 0 or more
 */
@PublicEvolving
public record AwsAccess(
    String region,
    String profile,
    String roleArn,
    Map<String, String> endpoints,
    RequestLimit limit,
    Duration outage)
    implements Serializable {
  private static final Pattern REGION = Pattern.compile("[a-z]{2,}(-[a-z0-9]+)+-[0-9]+");
  private static final String[] SERVICES = {"ebs", "ec2", "sts", "s3"};

  public AwsAccess {
    if (!REGION.matcher(region).matches()) {
      throw new FspException("'" + region + "' is not the name of a region, such as us-east-1.");
    }
    if (outage.isNegative()) {
      throw new FspException("A service cannot be waited for " + outage + "; give 0 or more.");
    }
    endpoints = Map.copyOf(endpoints);
    endpoints.values().forEach(AwsAccess::checkUrl);
  }

  /** Access within the service's default quotas, with a job's patience. */
  public AwsAccess(String region, String profile, String roleArn, Map<String, String> endpoints) {
    this(region, profile, roleArn, endpoints, RequestLimit.DEFAULT, Patience.JOB.outage());
  }

  /**
   * Access with the default credentials and the endpoints that the standard variables of this
   * process ask for.
   */
  public static AwsAccess ofEnvironment(String region) {
    return of(region, null, null, null, System.getenv());
  }

  /** The same access with another limit. */
  public AwsAccess within(RequestLimit other) {
    return new AwsAccess(region, profile, roleArn, endpoints, other, outage);
  }

  /** The same access with another patience for a service that cannot be reached. */
  public AwsAccess waiting(Duration other) {
    return new AwsAccess(region, profile, roleArn, endpoints, limit, other);
  }

  /** The same access in another region. */
  public AwsAccess in(String other) {
    return new AwsAccess(other, profile, roleArn, endpoints, limit, outage);
  }

  /**
   * Access with the endpoints that the standard variables ask for ({@code AWS_ENDPOINT_URL}, {@code
   * AWS_ENDPOINT_URL_EBS} …), so that a cluster's workers use the same ones as the driver.
   *
   * @param endpointUrl one URL for every service, over the variables; or null
   */
  public static AwsAccess of(
      String region,
      String profile,
      String roleArn,
      String endpointUrl,
      Map<String, String> environment) {
    Map<String, String> endpoints = new TreeMap<>();
    for (String service : SERVICES) {
      firstThatIsSet(
              endpointUrl,
              environment.get("AWS_ENDPOINT_URL_" + service.toUpperCase(Locale.ROOT)),
              environment.get("AWS_ENDPOINT_URL"))
          .ifPresent(url -> endpoints.put(service, url));
    }
    return new AwsAccess(
        region, profile == null ? "" : profile, roleArn == null ? "" : roleArn, endpoints);
  }

  /** A variable that is empty is one that is not set, as everywhere in AWS's tools. */
  private static Optional<String> firstThatIsSet(String... urls) {
    return Stream.of(urls).filter(url -> url != null && !url.isBlank()).findFirst();
  }

  /** The override for a service. */
  public Optional<URI> endpoint(String service) {
    return Optional.ofNullable(endpoints.get(service)).map(URI::create);
  }

  private static void checkUrl(String url) {
    URI uri;
    try {
      uri = URI.create(url);
    } catch (IllegalArgumentException e) {
      throw new FspException("The endpoint '" + url + "' is not a URL.", e);
    }
    if (uri.getHost() == null
        || !("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
      throw new FspException("The endpoint '" + url + "' is not a URL such as https://host:port.");
    }
  }
}
