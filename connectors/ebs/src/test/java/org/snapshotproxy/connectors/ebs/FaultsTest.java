package org.snapshotproxy.connectors.ebs;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.ebs.model.EbsException;
import software.amazon.awssdk.services.ebs.model.ValidationException;
import software.amazon.awssdk.services.ebs.model.ValidationExceptionReason;

/** What each error means. */
class FaultsTest {
  private static SdkException service(int status, String code) {
    return EbsException.builder()
        .statusCode(status)
        .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).errorMessage("no").build())
        .build();
  }

  private static SdkException validation(ValidationExceptionReason reason) {
    return ValidationException.builder().statusCode(400).reason(reason).build();
  }

  @ParameterizedTest
  @CsvSource({
    "400, ThrottlingException, THROTTLED",
    "400, RequestThrottledException, THROTTLED",
    "503, RequestLimitExceeded, THROTTLED",
    "503, SlowDown, THROTTLED",
    "429, Anything, THROTTLED",
    "500, InternalServerException, PASSING",
    "502, '', PASSING",
    "503, ServiceUnavailable, PASSING",
    "504, '', PASSING",
    "400, ValidationException, FATAL",
    "403, AccessDeniedException, FATAL",
    "403, UnrecognizedClientException, FATAL",
    "404, ResourceNotFoundException, FATAL",
    "402, ServiceQuotaExceededException, FATAL",
    "409, ConflictException, FATAL"
  })
  void anAnswerOfTheService(int status, String code, Faults.Kind kind) {
    assertThat(Faults.classify(service(status, code))).isEqualTo(kind);
  }

  @Test
  void aPutThatOvertookAnotherPasses() {
    assertThat(Faults.classify(validation(ValidationExceptionReason.CONFLICTING_BLOCK_UPDATE)))
        .isEqualTo(Faults.Kind.PASSING);
  }

  @Test
  void aRefusedTokenIsFatalToTheRequestAndKnownForWhatItIs() {
    SdkException block = validation(ValidationExceptionReason.INVALID_BLOCK_TOKEN);
    SdkException page = validation(ValidationExceptionReason.INVALID_PAGE_TOKEN);

    assertThat(Faults.classify(block)).isEqualTo(Faults.Kind.FATAL);
    assertThat(Faults.isInvalidBlockToken(block)).isTrue();
    assertThat(Faults.isInvalidPageToken(block)).isFalse();
    assertThat(Faults.isInvalidPageToken(page)).isTrue();
  }

  @Test
  void aConnectionThatBreaksOrIsSilentPasses() {
    assertThat(Faults.classify(SdkClientException.create("x", new SocketTimeoutException())))
        .isEqualTo(Faults.Kind.PASSING);
    assertThat(Faults.classify(SdkClientException.create("x", new ConnectException())))
        .isEqualTo(Faults.Kind.PASSING);
    assertThat(Faults.classify(ApiCallAttemptTimeoutException.create(30_000)))
        .isEqualTo(Faults.Kind.PASSING);
  }

  @Test
  void missingCredentialsAreFatalAndSaidSo() {
    SdkException error =
        SdkClientException.create(
            "Unable to load credentials from any of the providers in the chain X.");

    assertThat(Faults.classify(error)).isEqualTo(Faults.Kind.FATAL);
    assertThat(Faults.sentence("GetSnapshotBlock", error))
        .contains("needs AWS credentials")
        .contains("AWS_PROFILE");
  }

  @Test
  void anInterruptionIsNeitherFaultNorRetried() {
    assertThat(Faults.classify(AbortedException.create("interrupted")))
        .isEqualTo(Faults.Kind.INTERRUPTED);
    assertThat(Faults.classify(SdkClientException.create("x", new InterruptedException())))
        .isEqualTo(Faults.Kind.INTERRUPTED);
  }
}
