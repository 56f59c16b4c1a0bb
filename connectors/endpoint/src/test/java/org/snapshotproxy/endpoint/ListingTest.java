package org.snapshotproxy.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.snapshotproxy.endpoint.store.SyntheticSpec;
import software.amazon.awssdk.services.ebs.EbsClient;
import software.amazon.awssdk.services.ebs.model.Block;
import software.amazon.awssdk.services.ebs.model.ChangedBlock;
import software.amazon.awssdk.services.ebs.model.ListSnapshotBlocksResponse;
import software.amazon.awssdk.services.ebs.model.ValidationException;
import software.amazon.awssdk.services.ebs.model.ValidationExceptionReason;

class ListingTest {
  private LocalEndpoint endpoint;
  private EbsClient ebs;

  @BeforeEach
  void start() throws IOException {
    endpoint = LocalEndpoint.start(EndpointConfig.builder().completionDelay(Duration.ZERO).build());
    ebs = Clients.ebs(endpoint.uri());
  }

  @AfterEach
  void stop() throws IOException {
    ebs.close();
    endpoint.close();
  }

  private String full(int gib) throws IOException {
    return endpoint.control().synthetic("us-east-1", gib, SyntheticSpec.full(3, 1));
  }

  private static void invalid(Runnable call, ValidationExceptionReason reason) {
    ValidationException thrown = catchThrowableOfType(ValidationException.class, call::run);
    assertThat(thrown).isNotNull();
    assertThat(thrown.reason()).isEqualTo(reason);
  }

  @Test
  void aPageHoldsWhatWasAskedForAndTheNextGoesOn() throws IOException {
    String id = full(1);
    ListSnapshotBlocksResponse first =
        ebs.listSnapshotBlocks(r -> r.snapshotId(id).maxResults(100));
    assertThat(first.blocks()).hasSize(100);
    assertThat(first.volumeSize()).isEqualTo(1);
    assertThat(first.blockSize()).isEqualTo(Clients.BLOCK);
    assertThat(first.expiryTime())
        .isBetween(
            Instant.now().plus(Duration.ofDays(7)).minusSeconds(60),
            Instant.now().plus(Duration.ofDays(7)).plusSeconds(60));
    ListSnapshotBlocksResponse second =
        ebs.listSnapshotBlocks(
            r ->
                r.snapshotId(id)
                    .maxResults(200)
                    .nextToken(first.nextToken())
                    .startingBlockIndex(1500));
    assertThat(second.blocks()).hasSize(200);
    assertThat(second.blocks().get(0).blockIndex()).isEqualTo(100);
  }

  @Test
  void theLastPageHasNoToken() throws IOException {
    String id = full(1);
    ListSnapshotBlocksResponse last =
        ebs.listSnapshotBlocks(r -> r.snapshotId(id).startingBlockIndex(1948).maxResults(100));
    assertThat(last.blocks()).hasSize(100);
    assertThat(last.nextToken()).isNull();
    assertThat(ebs.listSnapshotBlocks(r -> r.snapshotId(id).startingBlockIndex(9999)).blocks())
        .isEmpty();
  }

  @Test
  void maxResultsIs100To10000() throws IOException {
    String id = full(1);
    for (int max : List.of(99, 10_001)) {
      invalid(
          () -> ebs.listSnapshotBlocks(r -> r.snapshotId(id).maxResults(max)),
          ValidationExceptionReason.INVALID_PARAMETER_VALUE);
    }
  }

  @Test
  void aPageTokenLivesAnHourAndFitsItsListOnly() throws IOException {
    String id = full(1);
    String other = full(1);
    String token = ebs.listSnapshotBlocks(r -> r.snapshotId(id).maxResults(100)).nextToken();
    invalid(
        () -> ebs.listSnapshotBlocks(r -> r.snapshotId(other).nextToken(token)),
        ValidationExceptionReason.INVALID_PAGE_TOKEN);
    invalid(
        () -> ebs.listSnapshotBlocks(r -> r.snapshotId(id).nextToken("AAAA")),
        ValidationExceptionReason.INVALID_PAGE_TOKEN);
    endpoint.control().advanceClock(Duration.ofMinutes(59));
    assertThat(ebs.listSnapshotBlocks(r -> r.snapshotId(id).nextToken(token)).blocks())
        .isNotEmpty();
    endpoint.control().advanceClock(Duration.ofMinutes(2));
    invalid(
        () -> ebs.listSnapshotBlocks(r -> r.snapshotId(id).nextToken(token)),
        ValidationExceptionReason.INVALID_PAGE_TOKEN);
  }

  @Test
  void shortAndEmptyPagesLoseNothing() throws IOException {
    String id = full(1);
    endpoint.control().addFault("short-page:size=370");
    endpoint.control().addFault("empty-page:every=3");
    assertThat(Clients.list(ebs, id))
        .extracting(Block::blockIndex)
        .containsExactlyElementsOf(IntStream.range(0, 2048).boxed().toList());
    assertThat(endpoint.control().counters().read("ListSnapshotBlocks", "ok")).isGreaterThan(6);
  }

  @Test
  void aSparseVolumesPagesComeShortRatherThanLate() throws IOException {
    String id = endpoint.control().synthetic("us-east-1", 8192, SyntheticSpec.full(5, 0.00001));
    List<Block> blocks = Clients.list(ebs, id);
    assertThat(blocks.size()).isBetween(100, 250);
    assertThat(endpoint.control().counters().read("ListSnapshotBlocks", "ok")).isGreaterThan(3);
  }

  @Test
  void unrelatedSnapshotsCannotBeCompared() throws IOException {
    String one = Clients.snapshot(ebs, Map.of());
    String two = Clients.snapshot(ebs, Map.of());
    invalid(
        () -> ebs.listChangedBlocks(r -> r.firstSnapshotId(one).secondSnapshotId(two)),
        ValidationExceptionReason.UNRELATED_SNAPSHOTS);
    invalid(
        () -> ebs.listChangedBlocks(r -> r.secondSnapshotId(two)),
        ValidationExceptionReason.INVALID_PARAMETER_VALUE);
  }

  @Test
  void changesArePagedAndBothTokensRead() throws IOException {
    String parent = full(1);
    String child = endpoint.control().syntheticChild(parent, SyntheticSpec.delta(9, 0.4, 0, 0.2));
    List<ChangedBlock> changed = new ArrayList<>();
    String token = null;
    do {
      String page = token;
      var response =
          ebs.listChangedBlocks(
              r ->
                  r.firstSnapshotId(parent)
                      .secondSnapshotId(child)
                      .maxResults(100)
                      .nextToken(page));
      changed.addAll(response.changedBlocks());
      token = response.nextToken();
    } while (token != null);
    assertThat(changed).extracting(ChangedBlock::blockIndex).isSorted().doesNotHaveDuplicates();
    assertThat(changed.size()).isBetween(1000, 1450);
    ChangedBlock both =
        changed.stream().filter(c -> c.secondBlockToken() != null).findFirst().orElseThrow();
    byte[] before =
        Clients.get(ebs, parent, block(both.blockIndex(), both.firstBlockToken())).asByteArray();
    byte[] after =
        Clients.get(ebs, child, block(both.blockIndex(), both.secondBlockToken())).asByteArray();
    assertThat(after).isNotEqualTo(before);
  }

  private static Block block(int index, String token) {
    return Block.builder().blockIndex(index).blockToken(token).build();
  }
}
