package org.snapshotproxy.connectors.ebs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.snapshotproxy.connectors.aws.Faults;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.ebs.model.ValidationException;
import software.amazon.awssdk.services.ebs.model.ValidationExceptionReason;

/** What the service's own refusals mean. */
class EbsFaultsTest {
  private static SdkException validation(ValidationExceptionReason reason) {
    return ValidationException.builder().statusCode(400).reason(reason).build();
  }

  @Test
  void aPutThatOvertookAnotherPasses() {
    assertThat(classify(validation(ValidationExceptionReason.CONFLICTING_BLOCK_UPDATE)))
        .isEqualTo(Faults.Kind.PASSING);
  }

  @Test
  void aRefusedTokenIsFatalToTheRequestAndKnownForWhatItIs() {
    SdkException block = validation(ValidationExceptionReason.INVALID_BLOCK_TOKEN);
    SdkException page = validation(ValidationExceptionReason.INVALID_PAGE_TOKEN);

    assertThat(classify(block)).isEqualTo(Faults.Kind.FATAL);
    assertThat(EbsFaults.isInvalidBlockToken(block)).isTrue();
    assertThat(EbsFaults.isInvalidPageToken(block)).isFalse();
    assertThat(EbsFaults.isInvalidPageToken(page)).isTrue();
  }

  private static Faults.Kind classify(SdkException error) {
    return Faults.classify(error, EbsRefusals.KNOWN);
  }
}
