package org.snapshotproxy.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snapshotproxy.endpoint.fault.FaultRule;
import org.snapshotproxy.endpoint.service.BlockTallies;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.services.ebs.EbsClient;
import software.amazon.awssdk.services.ebs.model.Block;
import software.amazon.awssdk.services.ebs.model.RequestThrottledException;
import software.amazon.awssdk.services.ebs.model.RequestThrottledExceptionReason;
import software.amazon.awssdk.services.ebs.model.ResourceNotFoundException;
import software.amazon.awssdk.services.ebs.model.ValidationException;
import software.amazon.awssdk.services.ebs.model.ValidationExceptionReason;
import software.amazon.awssdk.services.ec2.Ec2Client;

class FaultsTest {
  @TempDir Path directory;

  private LocalEndpoint endpoint;
  private EbsClient ebs;
  private String id;
  private Block block;

  @BeforeEach
  void start() throws IOException {
    endpoint =
        LocalEndpoint.start(
            EndpointConfig.builder()
                .completionDelay(Duration.ZERO)
                .dataDirectory(directory)
                .seed(42)
                .build());
    ebs = Clients.ebs(endpoint.uri());
    id = Clients.snapshot(ebs, Map.of(1, Clients.block(1), 2, Clients.block(2)));
    block = Clients.list(ebs, id).get(0);
  }

  @AfterEach
  void stop() throws IOException {
    ebs.close();
    endpoint.close();
  }

  private byte[] get() {
    return Clients.get(ebs, id, block).asByteArray();
  }

  private void fault(String spec) {
    endpoint.control().addFault(spec);
  }

  private static AwsServiceException error(Runnable call) {
    AwsServiceException thrown = catchThrowableOfType(AwsServiceException.class, call::run);
    assertThat(thrown).isNotNull();
    return thrown;
  }

  @Test
  void anAccountIsThrottled() {
    fault("throttle:op=GetSnapshotBlock,n=1");
    AwsServiceException thrown = error(this::get);
    assertThat(thrown.awsErrorDetails().errorCode()).isEqualTo("ThrottlingException");
    assertThat(thrown.isThrottlingException()).isTrue();
    assertThat(get()).isEqualTo(Clients.block(1));
    assertThat(endpoint.control().counters().read("GetSnapshotBlock", "ThrottlingException"))
        .isEqualTo(1);
    assertThat(endpoint.control().faults()).extracting("happened").containsExactly(1L);
  }

  @Test
  void aSnapshotIsThrottledWithItsReason() {
    fault("snapshot-throttle:snapshot=" + id);
    RequestThrottledException thrown =
        catchThrowableOfType(RequestThrottledException.class, this::get);
    assertThat(thrown.reason()).isEqualTo(RequestThrottledExceptionReason.RESOURCE_LEVEL_THROTTLE);
    endpoint.control().clearFaults();
    fault("snapshot-throttle:reason=DEPENDENCY_REQUEST_THROTTLED");
    assertThat(catchThrowableOfType(RequestThrottledException.class, this::get).reason())
        .isEqualTo(RequestThrottledExceptionReason.DEPENDENCY_REQUEST_THROTTLED);
  }

  @Test
  void serverErrorsHaveTheStatusAskedFor() {
    fault("server-error:n=1");
    assertThat(error(this::get).statusCode()).isEqualTo(500);
    fault("server-error:status=503,n=1");
    AwsServiceException thrown = error(this::get);
    assertThat(thrown.statusCode()).isEqualTo(503);
    assertThat(thrown.awsErrorDetails().errorCode()).isEqualTo("InternalServerException");
  }

  @Test
  void accessIsDeniedInTheShapeOfTheProtocol() {
    fault("access-denied:op=GetSnapshotBlock+DeleteSnapshot");
    AwsServiceException thrown = error(this::get);
    assertThat(thrown.statusCode()).isEqualTo(403);
    assertThat(thrown).hasMessageContaining("ebs:GetSnapshotBlock").hasMessageContaining(id);
    try (Ec2Client ec2 = Clients.ec2(endpoint.uri(), "us-east-1", Clients.ANY)) {
      AwsServiceException denied =
          error(() -> ec2.deleteSnapshot(r -> r.snapshotId(id).dryRun(true)));
      assertThat(denied.awsErrorDetails().errorCode()).isEqualTo("UnauthorizedOperation");
      assertThat(denied.statusCode()).isEqualTo(403);
    }
  }

  @Test
  void aYoungSnapshotDoesNotExistYet() {
    fault("not-found:younger=120,op=PutSnapshotBlock");
    String young = ebs.startSnapshot(r -> r.volumeSize(1L)).snapshotId();
    assertThat(
            catchThrowableOfType(
                ResourceNotFoundException.class,
                () -> Clients.put(ebs, young, 0, Clients.block(0))))
        .isNotNull();
    endpoint.control().advanceClock(Duration.ofSeconds(121));
    assertThat(Clients.put(ebs, young, 0, Clients.block(0)).checksum()).isNotEmpty();
  }

  @Test
  void tokensExpireOnDemand() {
    fault("expired-block-token:n=1");
    fault("expired-page-token:n=1");
    assertThat(catchThrowableOfType(ValidationException.class, this::get).reason())
        .isEqualTo(ValidationExceptionReason.INVALID_BLOCK_TOKEN);
    fault("short-page:size=1");
    assertThat(
            catchThrowableOfType(ValidationException.class, () -> Clients.list(ebs, id)).reason())
        .isEqualTo(ValidationExceptionReason.INVALID_PAGE_TOKEN);
    assertThat(Clients.list(ebs, id)).hasSize(2);
  }

  @Test
  void connectionsBreakBeforeAndWithinAnAnswer() {
    for (String kind : List.of("reset", "reset-in-body", "truncate")) {
      fault(kind + ":op=GetSnapshotBlock,n=1");
      assertThatThrownBy(this::get).as(kind).isInstanceOf(SdkClientException.class);
      assertThat(get()).isEqualTo(Clients.block(1));
    }
  }

  @Test
  void aStalledRequestIsNeverAnswered() {
    fault("stall:op=GetSnapshotBlock,n=1");
    try (EbsClient hasty =
        EbsClient.builder()
            .endpointOverride(endpoint.uri())
            .region(ebs.serviceClientConfiguration().region())
            .credentialsProvider(() -> Clients.ANY)
            .httpClient(ApacheHttpClient.builder().socketTimeout(Duration.ofMillis(300)).build())
            .overrideConfiguration(o -> o.retryStrategy(b -> b.maxAttempts(1)))
            .build()) {
      assertThatThrownBy(() -> Clients.get(hasty, id, block))
          .hasRootCauseInstanceOf(SocketTimeoutException.class);
      assertThat(Clients.get(hasty, id, block).asByteArray()).isEqualTo(Clients.block(1));
    }
  }

  @Test
  void anAnswerIsLate() {
    fault("latency:op=GetSnapshotBlock,ms=250");
    long before = System.nanoTime();
    assertThat(get()).isEqualTo(Clients.block(1));
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(Duration.ofMillis(249));
  }

  @Test
  void oneBitOfABodyIsWrong() {
    fault("corrupt:block=1");
    var got = Clients.get(ebs, id, block);
    byte[] wrong = got.asByteArray();
    byte[] right = Clients.block(1);
    int bits = 0;
    for (int i = 0; i < right.length; i++) {
      bits += Integer.bitCount((wrong[i] ^ right[i]) & 0xff);
    }
    assertThat(bits).isEqualTo(1);
    assertThat(got.response().checksum()).isEqualTo(Clients.base64(Clients.sha256(right)));
  }

  @Test
  void aChecksumIsWrong() {
    fault("wrong-checksum");
    var got = Clients.get(ebs, id, block);
    assertThat(got.asByteArray()).isEqualTo(Clients.block(1));
    assertThat(got.response().checksum())
        .hasSize(44)
        .isNotEqualTo(Clients.base64(Clients.sha256(Clients.block(1))));
  }

  @Test
  void everyNthAndProbabilityAreRepeatable() throws IOException {
    fault("server-error:op=GetSnapshotBlock,every=3");
    assertThat(outcomes(6)).containsExactly("ok", "ok", "500", "ok", "ok", "500");
    endpoint.control().clearFaults();
    List<List<String>> runs = new ArrayList<>();
    for (int run = 0; run < 2; run++) {
      try (LocalEndpoint again =
              LocalEndpoint.start(
                  EndpointConfig.builder()
                      .seed(7)
                      .completionDelay(Duration.ZERO)
                      .faults(List.of("server-error:p=0.5,op=StartSnapshot"))
                      .build());
          EbsClient client = Clients.ebs(again.uri())) {
        List<String> outcomes = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
          outcomes.add(outcome(() -> client.startSnapshot(r -> r.volumeSize(1L))));
        }
        runs.add(outcomes);
      }
    }
    assertThat(runs.get(0)).isEqualTo(runs.get(1)).contains("ok", "500");
  }

  private List<String> outcomes(int count) {
    List<String> outcomes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      outcomes.add(outcome(this::get));
    }
    return outcomes;
  }

  private static String outcome(Runnable call) {
    AwsServiceException thrown = catchThrowableOfType(AwsServiceException.class, call::run);
    return thrown == null ? "ok" : Integer.toString(thrown.statusCode());
  }

  @Test
  void aFaultKeepsToItsBlockRegionAndKey() {
    fault("server-error:block=2-9");
    fault("server-error:region=eu-west-1");
    fault("server-error:key=AKIDOTHER");
    assertThat(get()).isEqualTo(Clients.block(1));
    Block second = Clients.list(ebs, id).get(1);
    assertThat(error(() -> Clients.get(ebs, id, second)).statusCode()).isEqualTo(500);
    try (EbsClient west = Clients.ebs(endpoint.uri(), "eu-west-1", Clients.ANY)) {
      assertThat(error(() -> Clients.list(west, id)).statusCode()).isEqualTo(500);
    }
  }

  @Test
  void aWrongSpecSaysWhatIsWrong() {
    assertThatThrownBy(() -> FaultRule.parse("explode")).hasMessageContaining("explode");
    assertThatThrownBy(() -> FaultRule.parse("throttle:q=1")).hasMessageContaining("q=1");
    assertThatThrownBy(() -> FaultRule.parse("throttle:p=2")).hasMessageContaining("0 to 1");
    assertThatThrownBy(() -> FaultRule.parse("throttle:n=x")).hasMessageContaining("whole number");
  }

  @Test
  void talliesTellWhichBlocksWereReadAgain() {
    endpoint.control().tallies().track(true);
    get();
    get();
    Clients.get(ebs, id, Clients.list(ebs, id).get(1));
    assertThat(endpoint.control().tallies().of("GetSnapshotBlock", id))
        .isEqualTo(new BlockTallies.Tally(2, 1));
  }

  @Test
  void quotasHoldWhenTurnedOn() throws IOException {
    Clock still = Clock.fixed(Instant.now(), ZoneOffset.UTC);
    try (LocalEndpoint strict =
            LocalEndpoint.start(
                EndpointConfig.builder()
                    .clock(still)
                    .quotas(true)
                    .completionDelay(Duration.ZERO)
                    .build());
        EbsClient client = Clients.ebs(strict.uri())) {
      for (int i = 0; i < 10; i++) {
        client.startSnapshot(r -> r.volumeSize(1L));
      }
      assertThat(outcome(() -> client.startSnapshot(r -> r.volumeSize(1L)))).isEqualTo("400");
      for (int i = 1; i < 10; i++) {
        strict.control().advanceClock(Duration.ofSeconds(1));
        for (int k = 0; k < 10; k++) {
          client.startSnapshot(r -> r.volumeSize(1L));
        }
      }
      strict.control().advanceClock(Duration.ofSeconds(1));
      assertThat(
              error(() -> client.startSnapshot(r -> r.volumeSize(1L)))
                  .awsErrorDetails()
                  .errorCode())
          .isEqualTo("ConcurrentLimitExceededException");
    }
  }

  @Test
  void theSnapshotsRateIsASnapshotsThrottle() throws IOException {
    Clock still = Clock.fixed(Instant.now(), ZoneOffset.UTC);
    try (LocalEndpoint strict =
            LocalEndpoint.start(EndpointConfig.builder().clock(still).quotas(true).build());
        EbsClient client = Clients.ebs(strict.uri())) {
      Block any = Block.builder().blockIndex(0).blockToken("AAAA").build();
      for (int i = 0; i < 1000; i++) {
        assertThat(outcome(() -> Clients.get(client, "snap-0", any))).isEqualTo("404");
      }
      assertThat(
              catchThrowableOfType(
                      RequestThrottledException.class, () -> Clients.get(client, "snap-0", any))
                  .reason())
          .isEqualTo(RequestThrottledExceptionReason.RESOURCE_LEVEL_THROTTLE);
      AwsServiceException account = error(() -> Clients.get(client, "snap-1", any));
      assertThat(account.awsErrorDetails().errorCode()).isEqualTo("ThrottlingException");
    }
  }
}
