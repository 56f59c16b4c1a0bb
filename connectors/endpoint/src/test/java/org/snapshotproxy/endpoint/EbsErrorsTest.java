package org.snapshotproxy.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.ebs.EbsClient;
import software.amazon.awssdk.services.ebs.model.AccessDeniedException;
import software.amazon.awssdk.services.ebs.model.Block;
import software.amazon.awssdk.services.ebs.model.ConflictException;
import software.amazon.awssdk.services.ebs.model.ResourceNotFoundException;
import software.amazon.awssdk.services.ebs.model.ResourceNotFoundExceptionReason;
import software.amazon.awssdk.services.ebs.model.StartSnapshotResponse;
import software.amazon.awssdk.services.ebs.model.Tag;
import software.amazon.awssdk.services.ebs.model.ValidationException;
import software.amazon.awssdk.services.ebs.model.ValidationExceptionReason;

class EbsErrorsTest {
  private static final String KEY = "arn:aws:kms:us-east-1:123456789012:key/abc";

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

  private static void invalid(Runnable call, ValidationExceptionReason reason) {
    ValidationException thrown = catchThrowableOfType(ValidationException.class, call::run);
    assertThat(thrown).isNotNull();
    assertThat(thrown.statusCode()).isEqualTo(400);
    assertThat(thrown.reason()).isEqualTo(reason);
  }

  private String pending() {
    return ebs.startSnapshot(r -> r.volumeSize(1L)).snapshotId();
  }

  @Test
  void anUnknownSnapshotDoesNotExist() {
    ResourceNotFoundException thrown =
        catchThrowableOfType(
            ResourceNotFoundException.class,
            () -> ebs.listSnapshotBlocks(r -> r.snapshotId("snap-0123456789abcdef0")));
    assertThat(thrown.statusCode()).isEqualTo(404);
    assertThat(thrown.reason()).isEqualTo(ResourceNotFoundExceptionReason.SNAPSHOT_NOT_FOUND);
    assertThat(thrown.requestId()).isNotEmpty();
  }

  @Test
  void aSnapshotOfAnotherRegionDoesNotExist() {
    String id = Clients.snapshot(ebs, Map.of(0, Clients.block(0)));
    try (EbsClient west = Clients.ebs(endpoint.uri(), "us-west-2", Clients.ANY)) {
      assertThat(
              catchThrowableOfType(
                  ResourceNotFoundException.class,
                  () -> west.listSnapshotBlocks(r -> r.snapshotId(id))))
          .isNotNull();
    }
  }

  @Test
  void aMalformedIdIsNotValid() {
    invalid(
        () -> ebs.listSnapshotBlocks(r -> r.snapshotId("vol-1")),
        ValidationExceptionReason.INVALID_SNAPSHOT_ID);
  }

  @Test
  void anEmptyParentIsNotNoParent() {
    for (String parent : List.of("", "snap-xyz")) {
      invalid(
          () -> ebs.startSnapshot(r -> r.volumeSize(1L).parentSnapshotId(parent)),
          ValidationExceptionReason.INVALID_SNAPSHOT_ID);
    }
  }

  @Test
  void volumeSizesAreOneTo65536() {
    for (long size : List.of(0L, 65_537L, -1L)) {
      invalid(
          () -> ebs.startSnapshot(r -> r.volumeSize(size)),
          ValidationExceptionReason.INVALID_VOLUME_SIZE);
    }
    assertThat(ebs.startSnapshot(r -> r.volumeSize(65_536L)).volumeSize()).isEqualTo(65_536);
  }

  @Test
  void aChildIsNotSmallerThanItsParent() {
    String parent = ebs.startSnapshot(r -> r.volumeSize(2L)).snapshotId();
    Clients.complete(ebs, parent, Map.of());
    invalid(
        () -> ebs.startSnapshot(r -> r.volumeSize(1L).parentSnapshotId(parent)),
        ValidationExceptionReason.INVALID_VOLUME_SIZE);
  }

  @Test
  void timeoutIsTenMinutesToThreeDays() {
    for (int timeout : List.of(9, 4321)) {
      invalid(
          () -> ebs.startSnapshot(r -> r.volumeSize(1L).timeout(timeout)),
          ValidationExceptionReason.INVALID_PARAMETER_VALUE);
    }
  }

  @Test
  void aPendingSnapshotLeftAloneGoesToError() {
    String id = ebs.startSnapshot(r -> r.volumeSize(1L).timeout(10)).snapshotId();
    endpoint.control().advanceClock(Duration.ofMinutes(9));
    Clients.put(ebs, id, 0, Clients.block(0));
    endpoint.control().advanceClock(Duration.ofMinutes(9));
    Clients.put(ebs, id, 1, Clients.block(1));
    endpoint.control().advanceClock(Duration.ofMinutes(11));
    invalid(
        () -> Clients.put(ebs, id, 2, Clients.block(2)),
        ValidationExceptionReason.INVALID_SNAPSHOT_ID);
    invalid(
        () -> Clients.complete(ebs, id, Map.of(0, Clients.block(0), 1, Clients.block(1))),
        ValidationExceptionReason.INVALID_SNAPSHOT_ID);
  }

  @Test
  void parentAndEncryptedExcludeEachOther() {
    String parent = Clients.snapshot(ebs, Map.of());
    invalid(
        () -> ebs.startSnapshot(r -> r.volumeSize(1L).parentSnapshotId(parent).encrypted(true)),
        ValidationExceptionReason.INVALID_PARAMETER_VALUE);
  }

  @Test
  void encryptionIsInheritedFromTheParent() {
    StartSnapshotResponse parent =
        ebs.startSnapshot(r -> r.volumeSize(1L).encrypted(true).kmsKeyArn(KEY));
    assertThat(parent.kmsKeyArn()).isEqualTo(KEY);
    Clients.complete(ebs, parent.snapshotId(), Map.of());
    StartSnapshotResponse child =
        ebs.startSnapshot(r -> r.volumeSize(1L).parentSnapshotId(parent.snapshotId()));
    assertThat(child.kmsKeyArn()).isEqualTo(KEY);
    assertThat(child.parentSnapshotId()).isEqualTo(parent.snapshotId());
  }

  @Test
  void aKeyNeedsEncryptedAndTheFormOfAnArn() {
    invalid(
        () -> ebs.startSnapshot(r -> r.volumeSize(1L).kmsKeyArn(KEY)),
        ValidationExceptionReason.INVALID_PARAMETER_VALUE);
    invalid(
        () -> ebs.startSnapshot(r -> r.volumeSize(1L).encrypted(true).kmsKeyArn("key")),
        ValidationExceptionReason.INVALID_CUSTOMER_KEY);
  }

  @Test
  void tagsAndDescriptionComeBack() {
    Tag tag = Tag.builder().key("Name").value("a & b").build();
    StartSnapshotResponse started =
        ebs.startSnapshot(r -> r.volumeSize(3L).description("für <mich>").tags(tag));
    assertThat(started.description()).isEqualTo("für <mich>");
    assertThat(started.tags()).containsExactly(tag);
    assertThat(started.blockSize()).isEqualTo(Clients.BLOCK);
    assertThat(started.ownerId()).isEqualTo("123456789012");
    assertThat(started.statusAsString()).isEqualTo("pending");
    assertThat(started.startTime()).isNotNull();
  }

  @Test
  void aReservedTagIsRefused() {
    invalid(
        () ->
            ebs.startSnapshot(
                r -> r.volumeSize(1L).tags(Tag.builder().key("aws:x").value("1").build())),
        ValidationExceptionReason.INVALID_TAG);
  }

  @Test
  void theSameClientTokenGivesTheSameSnapshot() {
    String first =
        ebs.startSnapshot(r -> r.volumeSize(1L).clientToken("t").description("d")).snapshotId();
    String again =
        ebs.startSnapshot(r -> r.volumeSize(1L).clientToken("t").description("d")).snapshotId();
    assertThat(again).isEqualTo(first);
    ConflictException thrown =
        catchThrowableOfType(
            ConflictException.class,
            () -> ebs.startSnapshot(r -> r.volumeSize(2L).clientToken("t").description("d")));
    assertThat(thrown.statusCode()).isEqualTo(409);
  }

  @Test
  void aBlockBeyondTheVolumeIsRefused() {
    String id = pending();
    invalid(
        () -> Clients.put(ebs, id, 2048, Clients.block(0)),
        ValidationExceptionReason.INVALID_BLOCK);
  }

  @Test
  void aBlockOfAnotherLengthIsRefused() {
    String id = pending();
    invalid(() -> Clients.put(ebs, id, 0, new byte[512]), ValidationExceptionReason.INVALID_BLOCK);
  }

  @Test
  void dataThatDoesNotFitItsChecksumIsRefused() {
    String id = pending();
    invalid(
        () ->
            ebs.putSnapshotBlock(
                r ->
                    r.snapshotId(id)
                        .blockIndex(0)
                        .dataLength(Clients.BLOCK)
                        .checksum(Clients.base64(Clients.sha256(Clients.block(1))))
                        .checksumAlgorithm("SHA256"),
                RequestBody.fromBytes(Clients.block(2))),
        ValidationExceptionReason.INVALID_BLOCK);
    Clients.complete(ebs, id, Map.of());
  }

  @Test
  void theCountMustBeThatOfTheBlocksWritten() {
    String id = pending();
    Clients.put(ebs, id, 5, Clients.block(1));
    Clients.put(ebs, id, 5, Clients.block(2));
    invalid(
        () -> ebs.completeSnapshot(r -> r.snapshotId(id).changedBlocksCount(2)),
        ValidationExceptionReason.INVALID_PARAMETER_VALUE);
    ebs.completeSnapshot(r -> r.snapshotId(id).changedBlocksCount(1));
    assertThat(Clients.read(ebs, id).get(5)).isEqualTo(Clients.block(2));
  }

  @Test
  void theChecksumMustBeThatOfTheBlocksWritten() {
    String id = pending();
    Clients.put(ebs, id, 5, Clients.block(1));
    invalid(
        () -> Clients.complete(ebs, id, Map.of(5, Clients.block(2))),
        ValidationExceptionReason.INVALID_PARAMETER_VALUE);
    Clients.complete(ebs, id, Map.of(5, Clients.block(1)));
    Clients.complete(ebs, id, Map.of(5, Clients.block(1)));
  }

  @Test
  void onlyPendingSnapshotsAreWrittenAndOnlyCompletedOnesRead() {
    String id = pending();
    invalid(
        () -> ebs.listSnapshotBlocks(r -> r.snapshotId(id)),
        ValidationExceptionReason.INVALID_SNAPSHOT_ID);
    Clients.complete(ebs, id, Map.of());
    invalid(
        () -> Clients.put(ebs, id, 0, Clients.block(0)),
        ValidationExceptionReason.INVALID_SNAPSHOT_ID);
  }

  @Test
  void completionIsAsynchronous() {
    endpoint.control().completionDelay(Duration.ofMinutes(1));
    String id = pending();
    assertThat(ebs.completeSnapshot(r -> r.snapshotId(id).changedBlocksCount(0)).statusAsString())
        .isEqualTo("pending");
    invalid(
        () -> ebs.listSnapshotBlocks(r -> r.snapshotId(id)),
        ValidationExceptionReason.INVALID_SNAPSHOT_ID);
    endpoint.control().advanceClock(Duration.ofMinutes(1));
    assertThat(Clients.list(ebs, id)).isEmpty();
  }

  @Test
  void aTokenFitsItsSnapshotAndBlockOnly() {
    Map<Integer, byte[]> blocks = Map.of(1, Clients.block(1), 2, Clients.block(2));
    String one = Clients.snapshot(ebs, blocks);
    String two = Clients.snapshot(ebs, blocks);
    Block block = Clients.list(ebs, one).get(0);
    assertThat(Clients.get(ebs, one, block).asByteArray()).isEqualTo(Clients.block(1));
    invalid(() -> Clients.get(ebs, two, block), ValidationExceptionReason.INVALID_BLOCK_TOKEN);
    Block moved = block.toBuilder().blockIndex(2).build();
    invalid(() -> Clients.get(ebs, one, moved), ValidationExceptionReason.INVALID_BLOCK_TOKEN);
    Block forged = block.toBuilder().blockToken("AAAA").build();
    invalid(() -> Clients.get(ebs, one, forged), ValidationExceptionReason.INVALID_BLOCK_TOKEN);
  }

  @Test
  void aBlockTokenLivesSevenDays() {
    String id = Clients.snapshot(ebs, Map.of(1, Clients.block(1)));
    Block block = Clients.list(ebs, id).get(0);
    endpoint.control().advanceClock(Duration.ofDays(7).minusMinutes(1));
    assertThat(Clients.get(ebs, id, block).response().dataLength()).isEqualTo(Clients.BLOCK);
    endpoint.control().advanceClock(Duration.ofMinutes(2));
    invalid(() -> Clients.get(ebs, id, block), ValidationExceptionReason.INVALID_BLOCK_TOKEN);
  }

  @Test
  void discardedBlocksAreVerifiedCountedAndNotReadable() {
    endpoint.control().discard("us-east-1", true);
    String id = Clients.snapshot(ebs, Map.of(1, Clients.block(1), 9, Clients.block(9)));
    List<Block> listed = Clients.list(ebs, id);
    assertThat(listed).extracting(Block::blockIndex).containsExactly(1, 9);
    invalid(() -> Clients.get(ebs, id, listed.get(0)), ValidationExceptionReason.INVALID_BLOCK);
    endpoint.control().discard("*", false);
    String kept = Clients.snapshot(ebs, Map.of(1, Clients.block(1)));
    assertThat(Clients.read(ebs, kept)).hasSize(1);
  }

  @Test
  void anUnknownControlCallSaysSo() {
    assertThat(
            catchThrowableOfType(
                IllegalArgumentException.class, () -> endpoint.control().share("snap-0", "1")))
        .hasMessageContaining("snap-0");
    assertThat(
            catchThrowableOfType(
                AccessDeniedException.class,
                () -> {
                  endpoint.control().addFault("access-denied:op=StartSnapshot");
                  pending();
                }))
        .hasMessageContaining("ebs:StartSnapshot");
  }
}
