package org.snapshotproxy.connectors.ebs;

import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
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
import software.amazon.awssdk.services.ebs.EbsClient;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.auth.StsAssumeRoleCredentialsProvider;
import software.amazon.awssdk.services.sts.model.AssumeRoleRequest;

/**
 * The SDK clients of one {@link AwsAccess}, shared by all who use it in this process: one
 * connection pool, one set of credentials, one send limit for reads and one for writes. Counted:
 * the last {@link #close} closes them. Thread-safe.
 *
 * <p>Blocking clients, on purpose: bytes go between the socket and the block's own buffer with no
 * copy between, and when a call has returned, however it ended, nothing touches the buffer any
 * more.
 */
final class AwsClients implements AutoCloseable {
  /**
   * How long an answer is waited for.
   *
   * @param connect a connection that is not made by then goes to a dead host
   * @param read silence on a socket for this long means that the answer never comes
   * @param attempt one attempt at half a MiB, however slowly it trickles
   */
  record Timeouts(Duration connect, Duration read, Duration attempt) {
    static final Timeouts DEFAULT =
        new Timeouts(Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(30));
  }

  private static final int CONNECTIONS = 2048;
  private static final Map<AwsAccess, AwsClients> SHARED = new HashMap<>();

  private final AwsAccess access;
  private final Timeouts timeouts;
  private final SdkHttpClient http;
  private final AwsCredentialsProvider credentials;
  private final Optional<StsClient> sts;
  private final EbsClient ebs;
  private final Retrier reads = new Retrier(Retrier.JOB_ATTEMPTS);
  private final Retrier writes = new Retrier(Retrier.JOB_ATTEMPTS);
  private final Retrier lists = new Retrier(Retrier.JOB_ATTEMPTS);
  private int users;

  private AwsClients(AwsAccess access, Timeouts timeouts) {
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
    this.ebs =
        configure(EbsClient.builder().putAuthScheme(new UnsignedBodyScheme()), "ebs", credentials)
            .build();
  }

  /** The clients for this access; the caller closes them. */
  static AwsClients open(AwsAccess access) {
    synchronized (SHARED) {
      AwsClients clients =
          SHARED.computeIfAbsent(access, each -> new AwsClients(each, Timeouts.DEFAULT));
      clients.users++;
      return clients;
    }
  }

  /** Clients of the caller's own, with other timeouts; the caller closes them. */
  static AwsClients unshared(AwsAccess access, Timeouts timeouts) {
    AwsClients clients = new AwsClients(access, timeouts);
    clients.users = 1;
    return clients;
  }

  EbsClient ebs() {
    return ebs;
  }

  Retrier reads() {
    return reads;
  }

  Retrier writes() {
    return writes;
  }

  Retrier lists() {
    return lists;
  }

  /** An EC2 client over the same pool and credentials; the caller closes it. */
  Ec2Client newEc2() {
    return configure(Ec2Client.builder(), "ec2", credentials).build();
  }

  /** An STS client over the same pool and credentials; the caller closes it. */
  StsClient newSts() {
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

  @Override
  public void close() {
    synchronized (SHARED) {
      if (--users > 0) {
        return;
      }
      SHARED.remove(access, this);
    }
    ebs.close();
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
