package org.snapshotproxy.connectors.ebs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snapshotproxy.connectors.aws.AwsAccess;
import org.snapshotproxy.connectors.aws.AwsSession;
import org.snapshotproxy.connectors.aws.Patience;
import org.snapshotproxy.connectors.aws.Retrier;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.base.SegmentDescriptor;

/** Reading blocks, and everything that can go wrong with it. */
class EbsBlockReaderTest {
  private static final List<Integer> BLOCKS = List.of(64, 65, 70, 127);

  private LocalEbs ebs;
  private String id;
  private SegmentDescriptor descriptor;
  private EbsBlockReader reader;
  private final byte[] into = new byte[Blocks.SIZE];

  @BeforeEach
  void start() throws Exception {
    ebs = new LocalEbs();
    id = ebs.snapshot(Set.copyOf(BLOCKS));
    SnapshotView view = ebs.view(id, EbsOrigin.Unlisted.IGNORE);
    try (EbsLister lister = new EbsLister(view)) {
      descriptor = lister.list(1, 2).descriptors().get(0);
    }
    AwsSession.Timeouts quick =
        new AwsSession.Timeouts(
            Duration.ofSeconds(2), Duration.ofMillis(700), Duration.ofSeconds(5));
    reader = new EbsBlockReader(view, AwsClients.unshared(ebs.access(), quick));
    ebs.control().counters().reset();
  }

  @AfterEach
  void stop() throws Exception {
    reader.close();
    ebs.close();
  }

  @Test
  void everyBlockIsReadWithTheDigestThatTheServiceDeclares() throws Exception {
    for (int position = 0; position < BLOCKS.size(); position++) {
      byte[] declared = reader.read(descriptor, position, into);

      assertThat(into).isEqualTo(LocalEbs.content(BLOCKS.get(position)));
      assertThat(declared).isEqualTo(LocalEbs.sha256(into));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "truncate:n=2",
        "reset-in-body:n=2",
        "reset:n=2",
        "stall:n=1",
        "server-error:n=2",
        "server-error:n=2,status=503",
        "throttle:n=3",
        "snapshot-throttle:n=3"
      })
  void aFaultThatPassesIsWaitedOut(String fault) throws Exception {
    ebs.fault(fault);

    byte[] declared = reader.read(descriptor, 2, into);

    assertThat(into).isEqualTo(LocalEbs.content(70));
    assertThat(declared).isEqualTo(LocalEbs.sha256(into));
    assertThat(ebs.control().faults()).allMatch(tally -> tally.happened() > 0);
  }

  @Test
  void aDamagedBodyCannotPassForTheDeclaredDigest() throws Exception {
    ebs.fault("corrupt:n=1");

    assertThat(reader.read(descriptor, 0, into)).isNotEqualTo(LocalEbs.sha256(into));
    assertThat(reader.read(descriptor, 0, into)).isEqualTo(LocalEbs.sha256(into));
  }

  @Test
  void aWrongChecksumHeaderCannotPassForTheBytes() throws Exception {
    ebs.fault("wrong-checksum:n=1");

    assertThat(reader.read(descriptor, 0, into)).isNotEqualTo(LocalEbs.sha256(into));
    assertThat(reader.read(descriptor, 0, into)).isEqualTo(LocalEbs.sha256(into));
  }

  @Test
  void tokensOlderThanSevenDaysAreRenewedWithOneListingASegment() throws Exception {
    ebs.control().advanceClock(Duration.ofDays(8));

    for (int position = 0; position < BLOCKS.size(); position++) {
      reader.read(descriptor, position, into);
      assertThat(into).isEqualTo(LocalEbs.content(BLOCKS.get(position)));
    }

    assertThat(ebs.answered("ListSnapshotBlocks", "ok")).isEqualTo(1);
  }

  @Test
  void tokensAreRenewedAgainAfterAnotherSevenDays() throws Exception {
    ebs.control().advanceClock(Duration.ofDays(8));
    reader.read(descriptor, 0, into);
    ebs.control().advanceClock(Duration.ofDays(8));

    reader.read(descriptor, 1, into);

    assertThat(into).isEqualTo(LocalEbs.content(65));
    assertThat(ebs.answered("ListSnapshotBlocks", "ok")).isEqualTo(2);
  }

  @Test
  void blocksOfOneSegmentThatAreAskedForOneByOneEachHaveTheirOwnNewToken() throws Exception {
    ebs.control().advanceClock(Duration.ofDays(8));
    // Twice: a token that was listed anew is not listed again, and is no other block's.
    for (int round = 0; round < 2; round++) {
      for (int position = 0; position < BLOCKS.size(); position++) {
        int block = BLOCKS.get(position);
        SegmentDescriptor single =
            new SegmentDescriptor(
                1, Blocks.bit(block), 0, List.of(descriptor.tokens().get(position)));

        reader.read(single, 0, into);

        assertThat(into).isEqualTo(LocalEbs.content(block));
      }
    }

    assertThat(ebs.answered("ListSnapshotBlocks", "ok")).isEqualTo(BLOCKS.size());
  }

  @Test
  void readersThatFindTheirTokensExpiredAtOneTimeListOnce() throws Exception {
    ebs.control().advanceClock(Duration.ofDays(8));
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Future<byte[]>> reads = new ArrayList<>();
    for (int position = 0; position < BLOCKS.size(); position++) {
      int each = position;
      reads.add(
          threads.submit(
              () -> {
                byte[] bytes = new byte[Blocks.SIZE];
                reader.read(descriptor, each, bytes);
                return bytes;
              }));
    }
    for (int position = 0; position < BLOCKS.size(); position++) {
      assertThat(reads.get(position).get()).isEqualTo(LocalEbs.content(BLOCKS.get(position)));
    }
    threads.shutdownNow();

    assertThat(ebs.answered("ListSnapshotBlocks", "ok")).isEqualTo(1);
  }

  @Test
  void aNewTokenThatIsRefusedTooIsRenewedAgain() throws Exception {
    ebs.fault("expired-block-token:n=4");

    reader.read(descriptor, 0, into);

    assertThat(into).isEqualTo(LocalEbs.content(BLOCKS.get(0)));
    assertThat(ebs.answered("ListSnapshotBlocks", "ok")).isEqualTo(4);
  }

  @Test
  void aServiceThatTakesNoTokenEndsTheRead() {
    ebs.fault("expired-block-token:p=1");

    assertThatThrownBy(() -> reader.read(descriptor, 0, into))
        .isInstanceOf(FspException.class)
        .hasMessageContaining("token");
    assertThat(ebs.answered("ListSnapshotBlocks", "ok")).isBetween(1L, 9L);
  }

  @Test
  void aDeniedReadFailsAtOnceAndNamesThePermission() {
    ebs.fault("access-denied:op=GetSnapshotBlock");

    assertThatThrownBy(() -> reader.read(descriptor, 0, into))
        .isInstanceOf(FspException.class)
        .hasMessageContaining("GetSnapshotBlock of block 64 of " + id + " in us-east-1 was denied")
        .hasMessageContaining("permission");
    assertThat(ebs.answered("GetSnapshotBlock", "AccessDeniedException")).isEqualTo(1);
  }

  @Test
  void aSnapshotThatIsGoneFailsAtOnceAndIsNamed() {
    ebs.fault("not-found:op=GetSnapshotBlock");

    assertThatThrownBy(() -> reader.read(descriptor, 0, into))
        .isInstanceOf(FspException.class)
        .hasMessageContaining("no such snapshot")
        .hasMessageContaining(id);
    assertThat(ebs.answered("GetSnapshotBlock", "ResourceNotFoundException")).isEqualTo(1);
  }

  @Test
  void anEndpointThatIsDownIsNamedAsSuch() throws Exception {
    AwsAccess nowhere = AwsAccess.of(LocalEbs.REGION, null, null, "http://127.0.0.1:1", Map.of());
    Retrier few = new Retrier(Patience.of(2));
    try (AwsClients clients = AwsClients.unshared(nowhere, AwsSession.Timeouts.DEFAULT)) {
      assertThatThrownBy(
              () ->
                  few.call(
                      () -> "ListSnapshotBlocks of " + id,
                      () -> clients.ebs().listSnapshotBlocks(r -> r.snapshotId(id))))
          .isInstanceOf(FspException.class)
          .hasMessageContaining("could not connect")
          .hasMessageContaining("endpoint URL");
    }
  }
}
