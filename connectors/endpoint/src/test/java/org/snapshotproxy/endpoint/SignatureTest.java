package org.snapshotproxy.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.snapshotproxy.endpoint.auth.Credential;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ebs.EbsClient;
import software.amazon.awssdk.services.ebs.model.AccessDeniedException;
import software.amazon.awssdk.services.ebs.model.AccessDeniedExceptionReason;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sts.StsClient;

class SignatureTest {
  private static final String ALICE_ACCOUNT = "111111111111";
  private static final String BOB_ACCOUNT = "222222222222";
  private static final AwsCredentials ALICE = AwsBasicCredentials.create("AKIDALICE", "s3cret/+A");
  private static final AwsCredentials BOB = AwsBasicCredentials.create("AKIDBOB", "s3cretB");
  private static final AwsCredentials WRONG = AwsBasicCredentials.create("AKIDALICE", "other");
  private static final AwsCredentials NOBODY = AwsBasicCredentials.create("AKIDNOBODY", "x");

  private LocalEndpoint endpoint;

  @BeforeEach
  void start() throws IOException {
    endpoint = start(Clock.systemUTC());
  }

  private static LocalEndpoint start(Clock clock) throws IOException {
    return LocalEndpoint.start(
        EndpointConfig.builder()
            .completionDelay(Duration.ZERO)
            .clock(clock)
            .credentials(
                List.of(
                    Credential.parse("AKIDALICE:s3cret/+A:" + ALICE_ACCOUNT),
                    Credential.parse("AKIDBOB:s3cretB:" + BOB_ACCOUNT)))
            .build());
  }

  @AfterEach
  void stop() throws IOException {
    endpoint.close();
  }

  private EbsClient ebs(AwsCredentials credentials) {
    return Clients.ebs(endpoint.uri(), "eu-central-1", credentials);
  }

  private static StsClient sts(URI uri, AwsCredentials credentials) {
    return StsClient.builder()
        .endpointOverride(uri)
        .region(Region.EU_CENTRAL_1)
        .credentialsProvider(StaticCredentialsProvider.create(credentials))
        .httpClientBuilder(ApacheHttpClient.builder())
        .overrideConfiguration(o -> o.retryStrategy(AwsRetryStrategy.doNotRetry()))
        .build();
  }

  private static S3Client s3(URI uri, AwsCredentials credentials) {
    return S3Client.builder()
        .endpointOverride(uri)
        .region(Region.EU_CENTRAL_1)
        .forcePathStyle(true)
        .credentialsProvider(StaticCredentialsProvider.create(credentials))
        .httpClientBuilder(ApacheHttpClient.builder())
        .overrideConfiguration(o -> o.retryStrategy(AwsRetryStrategy.doNotRetry()))
        .build();
  }

  private static void refused(Runnable call, int status, String code) {
    AwsServiceException thrown = catchThrowableOfType(AwsServiceException.class, call::run);
    assertThat(thrown).isNotNull();
    assertThat(thrown.awsErrorDetails().errorCode()).isEqualTo(code);
    assertThat(thrown.statusCode()).isEqualTo(status);
  }

  @Test
  void rightSignaturesOfAllOperationsAreAccepted() {
    try (EbsClient ebs = ebs(ALICE);
        Ec2Client ec2 = Clients.ec2(endpoint.uri(), "eu-central-1", ALICE);
        StsClient sts = sts(endpoint.uri(), ALICE);
        S3Client s3 = s3(endpoint.uri(), ALICE)) {
      String id = Clients.snapshot(ebs, Map.of(3, Clients.block(3)));
      assertThat(Clients.read(ebs, id).get(3)).isEqualTo(Clients.block(3));
      assertThat(ebs.listChangedBlocks(r -> r.firstSnapshotId(id).secondSnapshotId(id)))
          .satisfies(r -> assertThat(r.changedBlocks()).isEmpty());
      assertThat(ec2.describeSnapshots(r -> r.ownerIds("self")).snapshots())
          .satisfiesExactly(s -> assertThat(s.ownerId()).isEqualTo(ALICE_ACCOUNT));
      assertThat(sts.getCallerIdentity().account()).isEqualTo(ALICE_ACCOUNT);
      assertThat(s3.listBuckets().buckets()).isEmpty();
    }
  }

  @Test
  void wrongSecretsAreRefusedInEachProtocol() {
    try (EbsClient ebs = ebs(WRONG);
        Ec2Client ec2 = Clients.ec2(endpoint.uri(), "eu-central-1", WRONG);
        StsClient sts = sts(endpoint.uri(), WRONG);
        S3Client s3 = s3(endpoint.uri(), WRONG)) {
      refused(() -> ebs.startSnapshot(r -> r.volumeSize(1L)), 403, "InvalidSignatureException");
      refused(ec2::describeSnapshots, 403, "SignatureDoesNotMatch");
      refused(sts::getCallerIdentity, 403, "SignatureDoesNotMatch");
      refused(s3::listBuckets, 403, "SignatureDoesNotMatch");
    }
  }

  @Test
  void unknownKeysAreRefusedInEachProtocol() {
    try (EbsClient ebs = ebs(NOBODY);
        Ec2Client ec2 = Clients.ec2(endpoint.uri(), "eu-central-1", NOBODY);
        StsClient sts = sts(endpoint.uri(), NOBODY);
        S3Client s3 = s3(endpoint.uri(), NOBODY)) {
      refused(() -> ebs.startSnapshot(r -> r.volumeSize(1L)), 403, "UnrecognizedClientException");
      refused(ec2::describeSnapshots, 401, "AuthFailure");
      refused(sts::getCallerIdentity, 403, "InvalidClientTokenId");
      refused(s3::listBuckets, 403, "InvalidAccessKeyId");
    }
  }

  @Test
  void unsignedRequestsAreRefused() throws IOException, InterruptedException {
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(endpoint.uri().resolve("/snapshots/snap-1/blocks")).build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.headers().firstValue("x-amzn-ErrorType"))
        .contains("MissingAuthenticationTokenException");
  }

  @Test
  void aClockThatIsSixteenMinutesOffIsRefused() throws IOException {
    try (LocalEndpoint late = start(Clock.offset(Clock.systemUTC(), Duration.ofMinutes(16)));
        EbsClient ebs = Clients.ebs(late.uri(), "eu-central-1", ALICE);
        Ec2Client ec2 = Clients.ec2(late.uri(), "eu-central-1", ALICE)) {
      refused(() -> ebs.startSnapshot(r -> r.volumeSize(1L)), 403, "InvalidSignatureException");
      refused(ec2::describeSnapshots, 400, "RequestExpired");
    }
    try (LocalEndpoint late = start(Clock.offset(Clock.systemUTC(), Duration.ofMinutes(14)));
        EbsClient ebs = Clients.ebs(late.uri(), "eu-central-1", ALICE)) {
      assertThat(ebs.startSnapshot(r -> r.volumeSize(1L)).snapshotId()).isNotEmpty();
    }
  }

  @Test
  void anotherAccountReadsASnapshotOnlyOnceItIsShared() throws IOException {
    try (EbsClient alice = ebs(ALICE);
        EbsClient bob = ebs(BOB);
        Ec2Client bobsEc2 = Clients.ec2(endpoint.uri(), "eu-central-1", BOB)) {
      String id = Clients.snapshot(alice, Map.of(1, Clients.block(1)));
      AccessDeniedException thrown =
          catchThrowableOfType(AccessDeniedException.class, () -> Clients.list(bob, id));
      assertThat(thrown.reason()).isEqualTo(AccessDeniedExceptionReason.UNAUTHORIZED_ACCOUNT);
      refused(
          () -> bobsEc2.describeSnapshots(r -> r.snapshotIds(id)), 400, "InvalidSnapshot.NotFound");

      endpoint.control().share(id, BOB_ACCOUNT);
      assertThat(Clients.read(bob, id).get(1)).isEqualTo(Clients.block(1));
      assertThat(bobsEc2.describeSnapshots(r -> r.snapshotIds(id)).snapshots()).hasSize(1);
      refused(() -> bobsEc2.deleteSnapshot(r -> r.snapshotId(id)), 403, "UnauthorizedOperation");
      refused(() -> Clients.put(bob, id, 2, Clients.block(2)), 403, "AccessDeniedException");
    }
  }

  @Test
  void anAssumedRolesCredentialsWorkUntilTheyExpire() {
    AwsSessionCredentials session;
    try (StsClient sts = sts(endpoint.uri(), ALICE)) {
      var role =
          sts.assumeRole(
              r -> r.roleArn("arn:aws:iam::222222222222:role/copy").roleSessionName("test"));
      var c = role.credentials();
      session =
          AwsSessionCredentials.create(c.accessKeyId(), c.secretAccessKey(), c.sessionToken());
      assertThat(role.assumedRoleUser().arn())
          .isEqualTo("arn:aws:sts::222222222222:assumed-role/copy/test");
    }
    AwsCredentials withoutToken =
        AwsBasicCredentials.create(session.accessKeyId(), session.secretAccessKey());
    AwsCredentials wrongSecret =
        AwsSessionCredentials.create(session.accessKeyId(), "x", session.sessionToken());
    try (EbsClient ebs = ebs(session);
        EbsClient tokenless = ebs(withoutToken);
        EbsClient wrong = ebs(wrongSecret)) {
      assertThat(ebs.startSnapshot(r -> r.volumeSize(1L)).ownerId()).isEqualTo(BOB_ACCOUNT);
      refused(
          () -> tokenless.startSnapshot(r -> r.volumeSize(1L)), 403, "UnrecognizedClientException");
      refused(() -> wrong.startSnapshot(r -> r.volumeSize(1L)), 403, "InvalidSignatureException");
      endpoint.control().advanceClock(Duration.ofHours(2));
      refused(() -> ebs.startSnapshot(r -> r.volumeSize(1L)), 403, "ExpiredTokenException");
    }
  }
}
