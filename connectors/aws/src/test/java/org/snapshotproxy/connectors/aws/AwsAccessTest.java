package org.snapshotproxy.connectors.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which endpoint a service is asked at. */
class AwsAccessTest {
  private static AwsAccess access(String endpointUrl, Map<String, String> environment) {
    return AwsAccess.of("us-east-1", null, null, endpointUrl, environment);
  }

  @Test
  void theServicesOwnVariableGoesOverTheGeneralOne() {
    AwsAccess access =
        access(
            null, Map.of("AWS_ENDPOINT_URL", "http://all", "AWS_ENDPOINT_URL_EBS", "http://ebs"));

    assertThat(access.endpoint("ebs")).contains(URI.create("http://ebs"));
    assertThat(access.endpoint("ec2")).contains(URI.create("http://all"));
  }

  @Test
  void anEmptyVariableIsUnset() {
    assertThat(access(null, Map.of("AWS_ENDPOINT_URL", "")).endpoints()).isEmpty();
    assertThat(
            access(null, Map.of("AWS_ENDPOINT_URL", "http://all", "AWS_ENDPOINT_URL_EBS", " "))
                .endpoint("ebs"))
        .contains(URI.create("http://all"));
  }

  @Test
  void theOptionGoesOverTheVariablesUnlessItIsEmpty() {
    Map<String, String> variables = Map.of("AWS_ENDPOINT_URL_EBS", "http://ebs");

    assertThat(access("http://here", variables).endpoint("ebs"))
        .contains(URI.create("http://here"));
    assertThat(access("", variables).endpoint("ebs")).contains(URI.create("http://ebs"));
  }
}
