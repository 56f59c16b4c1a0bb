package org.snapshotproxy.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ebs.EbsClient;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Ec2Exception;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Region;
import software.amazon.awssdk.services.ec2.model.Snapshot;
import software.amazon.awssdk.services.ec2.model.SnapshotState;
import software.amazon.awssdk.services.ec2.model.Tag;

class Ec2Test {
  private LocalEndpoint endpoint;
  private EbsClient ebs;
  private Ec2Client ec2;

  @BeforeEach
  void start() throws IOException {
    endpoint = LocalEndpoint.start(EndpointConfig.builder().completionDelay(Duration.ZERO).build());
    ebs = Clients.ebs(endpoint.uri());
    ec2 = Clients.ec2(endpoint.uri(), "us-east-1", Clients.ANY);
  }

  @AfterEach
  void stop() throws IOException {
    ebs.close();
    ec2.close();
    endpoint.close();
  }

  private static void refused(Runnable call, int status, String code) {
    Ec2Exception thrown = catchThrowableOfType(Ec2Exception.class, call::run);
    assertThat(thrown).isNotNull();
    assertThat(thrown.awsErrorDetails().errorCode()).isEqualTo(code);
    assertThat(thrown.statusCode()).isEqualTo(status);
  }

  private List<String> found(String filter, String... values) {
    return ec2
        .describeSnapshots(r -> r.filters(Filter.builder().name(filter).values(values).build()))
        .snapshots()
        .stream()
        .map(Snapshot::snapshotId)
        .toList();
  }

  @Test
  void aSnapshotIsDescribedWhole() {
    String id =
        ebs.startSnapshot(
                r ->
                    r.volumeSize(7L)
                        .description("a <b> & c")
                        .encrypted(true)
                        .tags(
                            software.amazon.awssdk.services.ebs.model.Tag.builder()
                                .key("Name")
                                .value("x")
                                .build()))
            .snapshotId();
    Snapshot pending = ec2.describeSnapshots(r -> r.snapshotIds(id)).snapshots().get(0);
    assertThat(pending.state()).isEqualTo(SnapshotState.PENDING);
    assertThat(pending.completionTime()).isNull();
    ebs.completeSnapshot(r -> r.snapshotId(id).changedBlocksCount(0));
    Snapshot done = ec2.describeSnapshots(r -> r.snapshotIds(id)).snapshots().get(0);
    assertThat(done.state()).isEqualTo(SnapshotState.COMPLETED);
    assertThat(done.progress()).isEqualTo("100%");
    assertThat(done.volumeSize()).isEqualTo(7);
    assertThat(done.description()).isEqualTo("a <b> & c");
    assertThat(done.encrypted()).isTrue();
    assertThat(done.kmsKeyId()).startsWith("arn:aws:kms:us-east-1:");
    assertThat(done.ownerId()).isEqualTo("123456789012");
    assertThat(done.startTime()).isNotNull();
    assertThat(done.completionTime()).isNotNull();
    assertThat(done.tags()).containsExactly(Tag.builder().key("Name").value("x").build());
  }

  @Test
  void filtersSelect() {
    String big = ebs.startSnapshot(r -> r.volumeSize(9L).description("nightly 1")).snapshotId();
    String small = Clients.snapshot(ebs, Map.of());
    ec2.createTags(r -> r.resources(big).tags(Tag.builder().key("team").value("a").build()));
    assertThat(found("status", "pending")).containsExactly(big);
    assertThat(found("status", "completed")).containsExactly(small);
    assertThat(found("volume-size", "9")).containsExactly(big);
    assertThat(found("tag:team", "a", "b")).containsExactly(big);
    assertThat(found("tag:team", "c")).isEmpty();
    assertThat(found("tag-key", "te*")).containsExactly(big);
    assertThat(found("description", "night*")).containsExactly(big);
    assertThat(found("description", "nightly ?")).containsExactly(big);
    assertThat(found("snapshot-id", small)).containsExactly(small);
    assertThat(found("owner-id", "123456789012")).containsExactlyInAnyOrder(big, small);
    assertThat(found("encrypted", "true")).isEmpty();
    refused(() -> found("colour", "red"), 400, "InvalidParameterValue");
    assertThat(ec2.describeSnapshots(r -> r.ownerIds("999999999999")).snapshots()).isEmpty();
  }

  @Test
  void pagesAreOfTheSizeAskedFor() {
    List<String> ids =
        IntStream.range(0, 12)
            .mapToObj(i -> ebs.startSnapshot(r -> r.volumeSize(1L)).snapshotId())
            .sorted()
            .toList();
    var first = ec2.describeSnapshots(r -> r.maxResults(5));
    assertThat(first.snapshots()).hasSize(5);
    assertThat(first.nextToken()).isNotEmpty();
    assertThat(
            ec2.describeSnapshotsPaginator(r -> r.maxResults(5)).snapshots().stream()
                .map(Snapshot::snapshotId))
        .containsExactlyElementsOf(ids);
    refused(() -> ec2.describeSnapshots(r -> r.maxResults(4)), 400, "InvalidParameterValue");
    refused(() -> ec2.describeSnapshots(r -> r.nextToken("?")), 400, "InvalidParameterValue");
  }

  @Test
  void aSnapshotElsewhereIsNotFound() {
    String id = ebs.startSnapshot(r -> r.volumeSize(1L)).snapshotId();
    try (Ec2Client west = Clients.ec2(endpoint.uri(), "us-west-2", Clients.ANY)) {
      refused(
          () -> west.describeSnapshots(r -> r.snapshotIds(id)), 400, "InvalidSnapshot.NotFound");
      assertThat(west.describeSnapshots().snapshots()).isEmpty();
    }
  }

  @Test
  void dryRunsChangeNothing() {
    String id = ebs.startSnapshot(r -> r.volumeSize(1L)).snapshotId();
    refused(() -> ec2.deleteSnapshot(r -> r.snapshotId(id).dryRun(true)), 412, "DryRunOperation");
    refused(() -> ec2.describeSnapshots(r -> r.dryRun(true)), 412, "DryRunOperation");
    refused(() -> ec2.describeRegions(r -> r.dryRun(true)), 412, "DryRunOperation");
    assertThat(found("snapshot-id", id)).containsExactly(id);
    ec2.deleteSnapshot(r -> r.snapshotId(id));
    assertThat(found("snapshot-id", id)).isEmpty();
    refused(() -> ec2.deleteSnapshot(r -> r.snapshotId(id)), 400, "InvalidSnapshot.NotFound");
  }

  @Test
  void regionsAndVolumes() {
    assertThat(ec2.describeRegions().regions())
        .extracting(Region::regionName)
        .contains("us-east-1", "eu-central-1");
    assertThat(ec2.describeRegions(r -> r.regionNames("eu-west-1")).regions()).hasSize(1);
    assertThat(ec2.describeVolumes().volumes()).isEmpty();
    refused(() -> ec2.describeVolumes(r -> r.volumeIds("vol-1")), 400, "InvalidVolume.NotFound");
    refused(ec2::describeInstances, 400, "InvalidAction");
  }
}
