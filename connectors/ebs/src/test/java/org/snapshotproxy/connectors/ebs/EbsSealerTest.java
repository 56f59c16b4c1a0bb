package org.snapshotproxy.connectors.ebs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.snapshotproxy.connectors.base.Block;
import org.snapshotproxy.connectors.base.BlockBuffer;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.base.Seal;
import software.amazon.awssdk.services.ebs.model.ValidationException;

/** Completing a snapshot, once in effect however often it is asked for. */
class EbsSealerTest {
  private LocalEbs ebs;
  private String id;
  private EbsSealer sealer;

  /** Blocks 3 and 70 written, 64 cleared. */
  private Seal right;

  @BeforeEach
  void write() throws Exception {
    ebs = new LocalEbs();
    id = ebs.start(1);
    EbsDestination destination = new EbsDestination(ebs.access(), id);
    sealer = new EbsSealer(destination);
    try (EbsBlockWriter writer = new EbsBlockWriter(destination)) {
      for (int index : new int[] {70, 3}) {
        byte[] bytes = LocalEbs.content(index);
        writer.put(new Block(index, BlockBuffer.unpooled(bytes), LocalEbs.sha256(bytes)));
      }
      writer.clear(64, 1);
    }
    ByteArrayOutputStream digests = new ByteArrayOutputStream();
    digests.write(LocalEbs.sha256(LocalEbs.content(3)));
    digests.write(LocalEbs.sha256(new byte[524_288]));
    digests.write(LocalEbs.sha256(LocalEbs.content(70)));
    right = new Seal(2, 1, 0, LocalEbs.sha256(digests.toByteArray()), "");
  }

  @AfterEach
  void stop() throws Exception {
    sealer.close();
    ebs.close();
  }

  private void assertPending() {
    assertThatThrownBy(() -> ebs.plain().listSnapshotBlocks(r -> r.snapshotId(id)))
        .isInstanceOf(ValidationException.class);
  }

  @Test
  void aSealedSnapshotIsCompleteWithItsBlocks() throws Exception {
    assertPending();

    sealer.seal(right);

    Map<Integer, byte[]> blocks = ebs.read(id);
    assertThat(blocks).containsOnlyKeys(3, 64, 70);
    assertThat(blocks.get(70)).isEqualTo(LocalEbs.content(70));
  }

  @Test
  void aSecondSealChangesNothing() throws Exception {
    sealer.seal(right);

    sealer.seal(right);

    assertThat(ebs.read(id)).containsOnlyKeys(3, 64, 70);
  }

  @Test
  void aSealWhoseAnswerIsLostIsRepeatedThoughTheSnapshotIsNotCompletedYet() throws Exception {
    ebs.control().completionDelay(Duration.ofHours(1));
    ebs.fault("reset:op=CompleteSnapshot,n=1");

    sealer.seal(right);

    assertThat(ebs.answered("CompleteSnapshot", "ok")).isEqualTo(2);
  }

  @Test
  void aSealOfAnotherCountIsRefusedAndTheSnapshotStaysPending() {
    Seal wrong = new Seal(3, 1, 0, right.checksum(), "");

    assertThatThrownBy(() -> sealer.seal(wrong))
        .isInstanceOf(FspException.class)
        .hasMessageContaining("CompleteSnapshot of " + id);
    assertPending();
  }

  @Test
  void aSealOfAnotherChecksumIsRefusedAndTheSnapshotStaysPending() {
    Seal wrong = new Seal(2, 1, 0, LocalEbs.sha256(new byte[1]), "");

    assertThatThrownBy(() -> sealer.seal(wrong)).isInstanceOf(FspException.class);
    assertPending();
  }

  @Test
  void aDeniedSealFailsAfterOneRequest() {
    ebs.fault("access-denied:op=CompleteSnapshot");

    assertThatThrownBy(() -> sealer.seal(right))
        .isInstanceOf(FspException.class)
        .hasMessageContaining("CompleteSnapshot of " + id + " in us-east-1 was denied");
    assertThat(ebs.answered("CompleteSnapshot", "AccessDeniedException")).isEqualTo(1);
  }

  @Test
  void anEmptySnapshotIsSealedWithoutAChecksum() throws Exception {
    String empty = ebs.start(1);
    try (EbsSealer other = new EbsSealer(new EbsDestination(ebs.access(), empty))) {
      other.seal(new Seal(0, 0, 0, LocalEbs.sha256(new byte[0]), ""));
    }

    assertThat(ebs.read(empty)).isEmpty();
  }
}
