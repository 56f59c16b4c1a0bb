package org.snapshotproxy.connectors.aws;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.client.builder.SdkSyncClientBuilder;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.auth.StsAssumeRoleCredentialsProvider;
import software.amazon.awssdk.services.sts.model.AssumeRoleRequest;

/**
 * The connections and the credentials of one {@link AwsAccess}, for the clients of any service.
 * Thread-safe.
 *
 * <p>Blocking clients, on purpose: bytes go between the socket and the block's own buffer with no
 * copy between, and when a call has returned, however it ended, nothing touches the buffer any
 * more.
 */
public final class AwsSession implements AutoCloseable {
  /**
   * How long an answer is waited for.
   *
   * @param connect a connection that is not made by then goes to a dead host
   * @param read silence on a socket for this long means that the answer never comes
   * @param attempt one attempt, however slowly it trickles
   */
  public record Timeouts(Duration connect, Duration read, Duration attempt) {
    /** For requests of half a MiB and less. */
    public static final Timeouts DEFAULT =
        new Timeouts(Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(30));
  }

  private static final int CONNECTIONS = 2048;

  private final AwsAccess access;
  private final Timeouts timeouts;
  private final SdkHttpClient http;
  private final AwsCredentialsProvider credentials;
  private final Optional<StsClient> sts;

  public AwsSession(AwsAccess access, Timeouts timeouts) {
    this.access = access;
    this.timeouts = timeouts;
    this.http =
        ApacheHttpClient.builder()
            .connectionTimeout(timeouts.connect())
            .socketTimeout(timeouts.read())
            .connectionAcquisitionTimeout(timeouts.attempt())
            .maxConnections(CONNECTIONS)
            .expectContinueEnabled(false)
            .build();
    AwsCredentialsProvider own = own(access);
    this.sts = access.roleArn().isEmpty() ? Optional.empty() : Optional.of(sts(own));
    this.credentials = sts.map(client -> assumed(client, access.roleArn())).orElse(own);
  }

  /** Gives a client's builder this session's pool, credentials, region, endpoint and timeouts. */
  public <B extends AwsClientBuilder<B, C> & SdkSyncClientBuilder<B, C>, C> B configure(
      B builder, String service) {
    return configure(builder, service, credentials);
  }

  /** An STS client; the caller closes it. */
  public StsClient newSts() {
    return sts(credentials);
  }

  private StsClient sts(AwsCredentialsProvider provider) {
    return configure(StsClient.builder(), "sts", provider).build();
  }

  private <B extends AwsClientBuilder<B, C> & SdkSyncClientBuilder<B, C>, C> B configure(
      B builder, String service, AwsCredentialsProvider provider) {
    Optional<URI> endpoint = access.endpoint(service);
    endpoint.ifPresent(builder::endpointOverride);
    return builder
        .httpClient(http)
        .region(Region.of(access.region()))
        .credentialsProvider(provider)
        .overrideConfiguration(
            ClientOverrideConfiguration.builder()
                .retryStrategy(DefaultRetryStrategy.doNotRetry())
                .apiCallAttemptTimeout(timeouts.attempt())
                .build());
  }

  /** A profile that is named goes over the keys of the surroundings; the SDK's chain would not. */
  private static AwsCredentialsProvider own(AwsAccess access) {
    return access.profile().isEmpty()
        ? DefaultCredentialsProvider.builder().build()
        : ProfileCredentialsProvider.create(access.profile());
  }

  private static AwsCredentialsProvider assumed(StsClient sts, String roleArn) {
    return StsAssumeRoleCredentialsProvider.builder()
        .stsClient(sts)
        .refreshRequest(AssumeRoleRequest.builder().roleArn(roleArn).roleSessionName("fsp").build())
        .build();
  }

  /** Closes the pool; clients made over it end with it. */
  @Override
  public void close() {
    if (credentials instanceof AutoCloseable closeable) {
      try {
        closeable.close();
      } catch (Exception e) {
        throw new IllegalStateException("closing credentials does not fail", e);
      }
    }
    sts.ifPresent(StsClient::close);
    http.close();
  }
}
