package org.snapshotproxy.connectors.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Of many like lines one goes through in a while, and says how many did not. */
class FoldTest {
  private static final long SECOND = 1_000_000_000L;

  private final Fold fold = new Fold(Duration.ofSeconds(10));

  @Test
  void theFirstGoesThroughWhateverTheClockSays() {
    assertThat(fold.pass(Long.MIN_VALUE)).hasValue(0);
    assertThat(new Fold(Duration.ofSeconds(10)).pass(-5)).hasValue(0);
  }

  @Test
  void whatIsHeldBackIsCountedOnTheNextLineAndForgottenThen() {
    fold.pass(0);
    assertThat(fold.pass(SECOND)).isEmpty();
    assertThat(fold.pass(10 * SECOND - 1)).isEmpty();

    assertThat(fold.pass(10 * SECOND)).hasValue(2);
    assertThat(fold.pass(20 * SECOND)).hasValue(0);
  }
}
