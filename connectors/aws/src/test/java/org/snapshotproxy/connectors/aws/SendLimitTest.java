package org.snapshotproxy.connectors.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Throttles slow every sender; successes speed them up again. */
class SendLimitTest {
  private final SendLimit limit = new SendLimit();

  private void send(int requests) throws InterruptedException {
    for (int i = 0; i < requests; i++) {
      limit.acquire();
    }
  }

  @Test
  void nothingIsLimitedBeforeTheFirstThrottle() throws Exception {
    send(1024);

    assertThat(limit.limit()).isGreaterThan(1024);
  }

  @Test
  void aThrottleLeavesSevenTenthsOfWhatIsInFlight() throws Exception {
    send(100);

    limit.throttled();

    assertThat(limit.limit()).isEqualTo(70);
  }

  @Test
  void throttlesOfOneBurstCutOnce() throws Exception {
    send(100);

    for (int i = 0; i < 10; i++) {
      limit.throttled();
    }

    assertThat(limit.limit()).isEqualTo(70);
  }

  @Test
  void aLimitNeverFallsBelowOne() throws Exception {
    send(1);

    limit.throttled();

    assertThat(limit.limit()).isEqualTo(1);
  }

  @Test
  void aRoundOfSuccessesRaisesTheLimitByOne() throws Exception {
    send(10);
    limit.throttled();
    assertThat(limit.limit()).isEqualTo(7);

    for (int i = 0; i < 6; i++) {
      limit.released();
    }
    assertThat(limit.limit()).isEqualTo(7);
    limit.released();

    assertThat(limit.limit()).isEqualTo(8);
  }

  @Test
  @Timeout(30)
  void aSenderAboveTheLimitWaitsUntilOneEnds() throws Exception {
    send(2);
    limit.throttled();
    assertThat(limit.limit()).isEqualTo(1);

    CompletableFuture<Void> passed = new CompletableFuture<>();
    Thread sender =
        new Thread(
            () -> {
              try {
                limit.acquire();
                passed.complete(null);
              } catch (InterruptedException e) {
                passed.completeExceptionally(e);
              }
            });
    sender.start();
    while (sender.getState() != Thread.State.WAITING) {
      assertThat(passed).isNotDone();
      Thread.onSpinWait();
    }

    limit.released();

    assertThat(passed).succeedsWithin(10, TimeUnit.SECONDS);
  }
}
