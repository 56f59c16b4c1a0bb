package org.snapshotproxy.connectors.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;

/** What each error means. */
class FaultsTest {
  private static Faults.Kind classify(SdkException error) {
    return Faults.classify(error, passing -> false);
  }

  private static String sentence(String what, SdkException error) {
    return Faults.sentence(what, error, passing -> false);
  }

  private static SdkException denied(String service, String message) {
    return AwsServiceException.builder()
        .statusCode(403)
        .awsErrorDetails(
            AwsErrorDetails.builder()
                .serviceName(service)
                .errorCode("AccessDenied")
                .errorMessage(message)
                .build())
        .build();
  }

  private static SdkException service(int status, String code) {
    return AwsServiceException.builder()
        .statusCode(status)
        .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).errorMessage("no").build())
        .build();
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
    assertThat(classify(service(status, code))).isEqualTo(kind);
  }

  @Test
  void anAnswerThatNamesNoErrorIsSortedAndToldByItsStatus() {
    assertThat(classify(service(503, null))).isEqualTo(Faults.Kind.PASSING);
    assertThat(classify(service(403, null))).isEqualTo(Faults.Kind.FATAL);
    assertThat(sentence("HeadObject", service(400, null)))
        .isEqualTo("HeadObject was refused (HTTP 400: no).");
  }

  @ParameterizedTest
  @CsvSource({
    "Ebs, GetSnapshotBlock of block 5 of snap-1, no, ebs:GetSnapshotBlock",
    "Ec2, DeleteSnapshot of snap-1, no, ec2:DeleteSnapshot",
    "S3, HeadObject of s3://b/k, no, s3:GetObject",
    "S3, ListObjectsV2 of s3://b/k, no, s3:ListBucket",
    "Ebs, ebs:PutSnapshotBlock in us-east-1, no, ebs:PutSnapshotBlock",
    "Ebs, GetSnapshotBlock of block 5, User: a is not authorized to perform: kms:Decrypt on b, kms:Decrypt",
    "Ebs, the request, no, for it"
  })
  void aDenialNamesThePermission(String service, String what, String message, String permission) {
    assertThat(sentence(what, denied(service, message)))
        .endsWith("the caller needs the permission " + permission + ", or other credentials.");
  }

  @Test
  void aConnectionThatBreaksOrIsSilentPasses() {
    assertThat(classify(SdkClientException.create("x", new SocketTimeoutException())))
        .isEqualTo(Faults.Kind.PASSING);
    assertThat(classify(SdkClientException.create("x", new ConnectException())))
        .isEqualTo(Faults.Kind.PASSING);
    assertThat(classify(ApiCallAttemptTimeoutException.create(30_000)))
        .isEqualTo(Faults.Kind.PASSING);
  }

  @Test
  void missingCredentialsAreFatalAndSaidSo() {
    SdkException error =
        SdkClientException.create(
            "Unable to load credentials from any of the providers in the chain X.");

    assertThat(classify(error)).isEqualTo(Faults.Kind.FATAL);
    assertThat(sentence("GetSnapshotBlock", error))
        .contains("needs AWS credentials")
        .contains("AWS_PROFILE");
  }

  @Test
  void anInterruptionIsNeitherFaultNorRetried() {
    assertThat(classify(AbortedException.create("interrupted"))).isEqualTo(Faults.Kind.INTERRUPTED);
    assertThat(classify(SdkClientException.create("x", new InterruptedException())))
        .isEqualTo(Faults.Kind.INTERRUPTED);
  }
}
