package org.snapshotproxy.connectors.ebs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.snapshotproxy.connectors.base.FspException;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.ebs.model.ResourceNotFoundException;
import software.amazon.awssdk.services.ebs.model.ResourceNotFoundExceptionReason;

/** Which refusals of a young snapshot are waited out. */
class NotYetVisibleTest {
  private final NotYetVisible visibility = new NotYetVisible(Duration.ofMinutes(3));
  private final AtomicInteger sent = new AtomicInteger();

  private static FspException notFound(ResourceNotFoundExceptionReason reason) {
    return new FspException(
        "not found",
        ResourceNotFoundException.builder()
            .reason(reason)
            .statusCode(404)
            .awsErrorDetails(
                AwsErrorDetails.builder().errorCode("ResourceNotFoundException").build())
            .build());
  }

  @Test
  void aRefusalOvertakenByAnothersSuccessIsWaitedOut() throws Exception {
    String answer =
        visibility.await(
            () -> {
              if (sent.incrementAndGet() == 1) {
                visibility.await(() -> "the other");
                throw notFound(ResourceNotFoundExceptionReason.SNAPSHOT_NOT_FOUND);
              }
              return "done";
            });

    assertThat(answer).isEqualTo("done");
  }

  @Test
  void aSnapshotThatWasThereAndIsGoneIsNotWaitedFor() throws Exception {
    visibility.await(() -> "there");

    assertThatThrownBy(
            () ->
                visibility.await(
                    () -> {
                      sent.incrementAndGet();
                      throw notFound(ResourceNotFoundExceptionReason.SNAPSHOT_NOT_FOUND);
                    }))
        .isInstanceOf(FspException.class);
    assertThat(sent).hasValue(1);
  }

  /** The snapshot is unknown for so many seconds, which pass as it is asked for. */
  private String unknownFor(long seconds) throws Exception {
    AtomicLong clock = new AtomicLong();
    NotYetVisible timed =
        new NotYetVisible(
            EbsBlockWriter.VISIBILITY_PATIENCE, () -> Duration.ofSeconds(clock.get()).toNanos());
    return timed.await(
        () -> {
          if (clock.addAndGet(60) <= seconds) {
            throw notFound(ResourceNotFoundExceptionReason.SNAPSHOT_NOT_FOUND);
          }
          return "done";
        });
  }

  @Test
  void aSnapshotThatIsUnknownForTwoMinutesIsWaitedForAndOneThatStaysUnknownIsNot()
      throws Exception {
    assertThat(unknownFor(120)).isEqualTo("done");
    assertThatThrownBy(() -> unknownFor(3600)).isInstanceOf(FspException.class);
  }

  @Test
  void aKeyThatDoesNotExistIsNotWaitedFor() {
    assertThatThrownBy(
            () ->
                visibility.await(
                    () -> {
                      sent.incrementAndGet();
                      throw notFound(ResourceNotFoundExceptionReason.DEPENDENCY_RESOURCE_NOT_FOUND);
                    }))
        .isInstanceOf(FspException.class);
    assertThat(sent).hasValue(1);
  }
}
