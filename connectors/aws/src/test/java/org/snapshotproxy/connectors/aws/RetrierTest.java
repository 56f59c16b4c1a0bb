package org.snapshotproxy.connectors.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.snapshotproxy.connectors.base.FspException;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;

/** One retry policy: how often, and when not. */
class RetrierTest {
  private final Retrier retrier = new Retrier(Patience.of(3));
  private final AtomicInteger sent = new AtomicInteger();

  @AfterEach
  void nobodyIsLeftInterrupted() {
    assertThat(Thread.interrupted()).isFalse();
  }

  private static SdkException error(int status, String code) {
    return AwsServiceException.builder()
        .statusCode(status)
        .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).errorMessage("so it is").build())
        .build();
  }

  /** Sends a request that fails so often with an error, and then succeeds. */
  private String send(int failures, SdkException error) throws Exception {
    return retrier.call(
        () -> "PutSnapshotBlock of block 5",
        () -> {
          if (sent.incrementAndGet() <= failures) {
            throw error;
          }
          return "done";
        });
  }

  @Test
  void aPassingErrorIsTriedAgain() throws Exception {
    assertThat(send(2, error(500, "InternalServerException"))).isEqualTo("done");
    assertThat(retrier.retries()).isEqualTo(2);
  }

  @Test
  void aPassingErrorThatStaysIsGivenUpAfterTheAttemptsThereAre() {
    assertThatThrownBy(() -> send(99, error(500, "InternalServerException")))
        .isInstanceOf(FspException.class)
        .hasMessageContaining("PutSnapshotBlock of block 5, tried 3 times in")
        .hasMessageContaining("InternalServerException: so it is");
    assertThat(sent).hasValue(3);
  }

  @Test
  void throttlesDoNotUseUpTheAttempts() throws Exception {
    assertThat(send(5, error(400, "ThrottlingException"))).isEqualTo("done");
    assertThat(retrier.throttles()).isEqualTo(5);
    assertThat(retrier.retries()).isZero();
  }

  @Test
  void aFatalErrorIsSentOnceAndKeptAsTheCause() {
    SdkException denied = error(403, "AccessDeniedException");

    assertThatThrownBy(() -> send(99, denied)).isInstanceOf(FspException.class).hasCause(denied);
    assertThat(sent).hasValue(1);
  }

  @Test
  void anInterruptedRequestEndsAsAnInterruption() {
    assertThatThrownBy(() -> send(99, AbortedException.create("Thread was interrupted")))
        .isInstanceOf(InterruptedException.class);
    assertThat(sent).hasValue(1);
  }

  /** A policy whose clock goes on by minutes with each request, and a little with each look. */
  private final AtomicLong minutes = new AtomicLong();

  private final AtomicLong looks = new AtomicLong();

  private final Retrier timed =
      new Retrier(
          new Patience(3, Duration.ofMinutes(20), Duration.ofMinutes(40)),
          error -> false,
          () -> Duration.ofMinutes(minutes.get()).plusMillis(looks.incrementAndGet()).toNanos());

  private String throttledFor(int failures, boolean othersSucceed) throws Exception {
    return timed.call(
        () -> "PutSnapshotBlock of block 5",
        () -> {
          minutes.addAndGet(6);
          if (sent.incrementAndGet() <= failures) {
            if (othersSucceed) {
              succeed();
            }
            throw error(400, "ThrottlingException");
          }
          return "done";
        });
  }

  private void succeed() {
    try {
      timed.call(() -> "another", () -> "done");
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void throttlesEndARunInWhichNothingSucceedsForAQuarterOfAnHour() {
    assertThatThrownBy(() -> throttledFor(99, false))
        .isInstanceOf(FspException.class)
        .hasMessageContaining("PutSnapshotBlock of block 5")
        .hasMessageContaining("ThrottlingException");
    assertThat(sent).hasValue(3);
  }

  @Test
  void throttlesEndNoRunInWhichOthersSucceed() throws Exception {
    assertThat(throttledFor(5, true)).isEqualTo("done");
  }

  private void failsFor(int failures, SdkException error) throws Exception {
    timed.call(
        () -> "PutSnapshotBlock of block 5",
        () -> {
          minutes.addAndGet(6);
          if (sent.incrementAndGet() <= failures) {
            throw error;
          }
          return "done";
        });
  }

  private static SdkException unreachable(Exception cause) {
    return SdkClientException.create("Unable to execute HTTP request", cause);
  }

  @Test
  void aServiceThatAnswersIsTriedForItsTime() {
    assertThatThrownBy(() -> failsFor(99, error(500, "InternalServerException")))
        .isInstanceOf(FspException.class)
        .hasMessageContaining("tried 4 times in 14");
  }

  @Test
  void aServiceThatCannotBeReachedIsWaitedForLonger() throws Exception {
    for (Exception cause :
        List.of(
            new ConnectException("Connection refused"),
            new UnknownHostException("ebs.eu-west-1.amazonaws.com"),
            new NoRouteToHostException("No route to host"),
            new SocketTimeoutException("Connect timed out"))) {
      sent.set(0);
      failsFor(6, unreachable(cause));
      assertThat(sent).hasValue(7);
    }
    sent.set(0);
    assertThatThrownBy(() -> failsFor(99, unreachable(new ConnectException("Connection refused"))))
        .isInstanceOf(FspException.class)
        .hasMessageContaining("tried 7 times in 25", "could not connect");
    sent.set(0);
    assertThatThrownBy(
            () -> failsFor(99, unreachable(new SocketTimeoutException("Read timed out"))))
        .isInstanceOf(FspException.class)
        .hasMessageContaining("tried 4 times");
  }
}
