package org.snapshotproxy.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.snapshotproxy.endpoint.policy.Call;
import org.snapshotproxy.endpoint.policy.CallLog;
import org.snapshotproxy.endpoint.policy.Policies;
import org.snapshotproxy.endpoint.policy.Policy;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.ebs.EbsClient;
import software.amazon.awssdk.services.ebs.model.Tag;
import software.amazon.awssdk.services.ec2.Ec2Client;

/** Policies that are attached are held to, and the log says what was asked for. */
class PolicyTest {
  private static final String KEY = "AKIDANY";

  private LocalEndpoint endpoint;
  private EbsClient ebs;
  private Ec2Client ec2;
  private String id;

  @BeforeEach
  void start() throws IOException {
    endpoint = LocalEndpoint.start(EndpointConfig.builder().completionDelay(Duration.ZERO).build());
    ebs = Clients.ebs(endpoint.uri());
    ec2 = Clients.ec2(endpoint.uri(), "us-east-1", Clients.ANY);
    id = Clients.snapshot(ebs, Map.of(1, Clients.block(1)));
  }

  @AfterEach
  void stop() throws IOException {
    ebs.close();
    ec2.close();
    endpoint.close();
  }

  private static Policy allow(String action, String resource) {
    return allow(action, resource, "{}");
  }

  private static Policy allow(String action, String resource, String condition) {
    return policy("Allow", action, resource, condition);
  }

  private static Policy policy(String effect, String action, String resource, String condition) {
    return Policy.parse(
        """
        {"Version":"2012-10-17","Statement":{"Effect":"%s","Action":"%s","Resource":"%s","Condition":%s}}
        """
            .formatted(effect, action, resource, condition));
  }

  private void attach(Policy... policies) {
    endpoint.control().policies().attach(KEY, List.of(policies));
  }

  private static void denied(Runnable call, String action) {
    AwsServiceException thrown = catchThrowableOfType(AwsServiceException.class, call::run);
    assertThat(thrown).isNotNull();
    assertThat(thrown.statusCode()).isEqualTo(403);
    assertThat(thrown).hasMessageContaining("not authorized to perform: " + action);
  }

  @Test
  void onlyWhatAPolicyAllowsIsDone() {
    attach(allow("ebs:ListSnapshotBlocks", "arn:aws:ec2:us-east-1::snapshot/*"));

    assertThat(Clients.list(ebs, id)).hasSize(1);
    denied(() -> Clients.get(ebs, id, Clients.list(ebs, id).get(0)), "ebs:GetSnapshotBlock");
    denied(() -> ebs.startSnapshot(r -> r.volumeSize(1L)), "ebs:StartSnapshot");
    denied(() -> ec2.deleteSnapshot(r -> r.snapshotId(id)), "ec2:DeleteSnapshot");
    denied(ec2::describeSnapshots, "ec2:DescribeSnapshots");
    endpoint.control().policies().clear();
    assertThat(ec2.describeSnapshots(r -> r.snapshotIds(id)).snapshots()).hasSize(1);
  }

  @Test
  void anotherResourceOrRegionIsNotCovered() {
    attach(allow("ebs:*", "arn:aws:ec2:us-east-1::snapshot/" + id));
    assertThat(Clients.list(ebs, id)).hasSize(1);
    denied(() -> Clients.list(ebs, "snap-0123456789abcdef0"), "ebs:ListSnapshotBlocks");

    attach(allow("ebs:*", "arn:aws:ec2:eu-west-1::snapshot/*"));
    denied(() -> Clients.list(ebs, id), "ebs:ListSnapshotBlocks");
  }

  @Test
  void bothSnapshotsOfAComparisonHaveToBeAllowed() {
    String child = ebs.startSnapshot(r -> r.volumeSize(1L).parentSnapshotId(id)).snapshotId();
    Clients.complete(ebs, child, Map.of());
    attach(allow("ebs:*", "arn:aws:ec2:us-east-1::snapshot/" + child));

    denied(
        () -> ebs.listChangedBlocks(r -> r.firstSnapshotId(id).secondSnapshotId(child)),
        "ebs:ListChangedBlocks on resource: arn:aws:ec2:us-east-1::snapshot/" + id);
  }

  @Test
  void tagsAreAPermissionOfTheirOwn() {
    Tag tag = Tag.builder().key("team").value("blue").build();
    attach(allow("ebs:StartSnapshot", "*"));
    assertThat(ebs.startSnapshot(r -> r.volumeSize(1L)).snapshotId()).isNotEmpty();
    denied(() -> ebs.startSnapshot(r -> r.volumeSize(1L).tags(tag)), "ec2:CreateTags");
  }

  @Test
  void conditionsLookAtTheTagsOfRequestsAndOfSnapshots() {
    String asked = "{\"StringEquals\":{\"aws:RequestTag/team\":\"blue\"}}";
    String had = "{\"StringEquals\":{\"aws:ResourceTag/team\":\"blue\"}}";
    attach(
        allow("ebs:StartSnapshot", "*", asked),
        allow("ec2:CreateTags", "*", asked),
        allow("ebs:PutSnapshotBlock", "*", had));
    Tag blue = Tag.builder().key("team").value("blue").build();
    Tag red = Tag.builder().key("team").value("red").build();

    String mine = ebs.startSnapshot(r -> r.volumeSize(1L).tags(blue)).snapshotId();
    assertThat(Clients.put(ebs, mine, 0, Clients.block(0)).checksum()).isNotEmpty();
    denied(() -> ebs.startSnapshot(r -> r.volumeSize(1L).tags(red)), "ebs:StartSnapshot");
    denied(() -> ebs.startSnapshot(r -> r.volumeSize(1L)), "ebs:StartSnapshot");
    denied(() -> Clients.put(ebs, id, 0, Clients.block(0)), "ebs:PutSnapshotBlock");
  }

  @Test
  void aDenialGoesOverWhatIsAllowed() {
    attach(allow("*", "*"), policy("Deny", "ec2:Delete*", "*", "{}"));

    assertThat(Clients.list(ebs, id)).hasSize(1);
    denied(() -> ec2.deleteSnapshot(r -> r.snapshotId(id)), "ec2:DeleteSnapshot");
  }

  @Test
  void aConditionOnAKeyThatTheRequestHasNotHoldsOnlyIfItSaysSo() {
    Policies policies = new Policies();
    Call bare = new Call("me", "us-east-1", "s3:ListBucket", List.of("arn:aws:s3:::b"), Map.of());
    Call below =
        new Call("me", "us-east-1", "s3:ListBucket", bare.resources(), Map.of("s3:prefix", "a/b"));
    Call beside =
        new Call("me", "us-east-1", "s3:ListBucket", bare.resources(), Map.of("s3:prefix", "x"));

    policies.attach("me", List.of(allow("s3:ListBucket", "*", like("StringLike"))));
    assertThat(policies.denies(below)).isEmpty();
    assertThat(policies.denies(bare)).contains("arn:aws:s3:::b");
    policies.attach("me", List.of(allow("s3:ListBucket", "*", like("StringLikeIfExists"))));
    assertThat(policies.denies(bare)).isEmpty();
    assertThat(policies.denies(beside)).contains("arn:aws:s3:::b");
  }

  private static String like(String operator) {
    return "{\"%s\":{\"S3:Prefix\":[\"a/*\",\"c?\"]}}".formatted(operator);
  }

  @Test
  void whatIsNotEvaluatedIsNotTaken() {
    for (String statement :
        List.of(
            "{\"Effect\":\"Allow\",\"NotAction\":\"*\",\"Resource\":\"*\"}",
            "{\"Effect\":\"Allow\",\"Action\":\"*\"}",
            "{\"Effect\":\"allow\",\"Action\":\"*\",\"Resource\":\"*\"}",
            "{\"Effect\":\"Allow\",\"Action\":[],\"Resource\":\"*\"}",
            "{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\",\"Action\":\"ebs:*\"}",
            "{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":{\"IpAddress\":{\"aws:SourceIp\":\"::1\"}}}")) {
      assertThatThrownBy(
              () -> Policy.parse("{\"Version\":\"2012-10-17\",\"Statement\":[" + statement + "]}"))
          .as(statement)
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> Policy.parse("{\"Version\":\"2008-10-17\",\"Statement\":[]}"))
        .hasMessageContaining("Version");
  }

  @Test
  void theLogHasEveryPermissionThatWasAskedFor() {
    CallLog calls = endpoint.control().calls();
    assertThat(calls.read()).isEmpty();
    calls.record(true);
    attach(allow("ebs:ListSnapshotBlocks", "*"));

    Clients.list(ebs, id);
    Clients.list(ebs, id);
    denied(ec2::describeSnapshots, "ec2:DescribeSnapshots");

    assertThat(calls.read())
        .extracting(e -> e.call().principal(), e -> e.call().action(), CallLog.Entry::count)
        .containsExactlyInAnyOrder(
            tuple(KEY, "ebs:ListSnapshotBlocks", 2L), tuple(KEY, "ec2:DescribeSnapshots", 1L));
    assertThat(calls.read())
        .flatExtracting(e -> e.call().resources())
        .containsExactlyInAnyOrder("arn:aws:ec2:us-east-1::snapshot/" + id, "*");
  }

  @Test
  void controlCallsAttachAndTell() throws IOException, InterruptedException {
    String policy =
        "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"ec2:*\",\"Resource\":\"*\"}}";
    control("POST", "policies", "{\"Principal\":\"AKIDANY\",\"Policies\":[" + policy + "]}");
    control("POST", "calls", "{\"On\":true}");

    denied(() -> Clients.list(ebs, id), "ebs:ListSnapshotBlocks");
    assertThat(control("GET", "calls", ""))
        .contains("\"action\":\"ebs:ListSnapshotBlocks\"")
        .contains("\"count\":1");
    control("DELETE", "policies", "");
    assertThat(Clients.list(ebs, id)).hasSize(1);
  }

  private String control(String method, String call, String body)
      throws IOException, InterruptedException {
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(endpoint.uri().resolve("/_control/" + call))
                    .method(method, HttpRequest.BodyPublishers.ofString(body))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }
}
