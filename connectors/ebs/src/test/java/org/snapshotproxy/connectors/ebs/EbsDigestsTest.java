package org.snapshotproxy.connectors.ebs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.snapshotproxy.connectors.base.Block;
import org.snapshotproxy.connectors.base.BlockBuffer;
import org.snapshotproxy.connectors.base.BlockDigests;
import org.snapshotproxy.connectors.base.BlockWriter;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.ComparingDestination;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.endpoint.store.SyntheticSpec;

/** What a snapshot holds, by index, with as few requests as that takes. */
class EbsDigestsTest {
  private LocalEbs ebs;

  @BeforeEach
  void start() throws Exception {
    ebs = new LocalEbs();
  }

  @AfterEach
  void stop() throws Exception {
    ebs.close();
  }

  private BlockDigests digests(String id, int gib) {
    return EbsDigests.of(ebs.access(), new SnapshotInfo(id, gib)).open();
  }

  @Test
  void blocksHaveTheDigestsOfTheirBytesAndOthersThatOfZeros() throws Exception {
    String id = ebs.snapshot(Set.of(0, 70, 2047));
    ebs.fault("expired-block-token:n=1");
    ebs.fault("corrupt:n=2");
    ebs.fault("short-page:size=1");
    try (BlockDigests digests = digests(id, 1)) {
      assertThat(digests.digest(0)).isEqualTo(LocalEbs.sha256(LocalEbs.content(0)));
      assertThat(digests.digest(70)).isEqualTo(LocalEbs.sha256(LocalEbs.content(70)));
      assertThat(digests.digest(2047)).isEqualTo(LocalEbs.sha256(LocalEbs.content(2047)));
      assertThat(digests.digest(71)).isEqualTo(Blocks.zeroDigest());
      assertThat(digests.firstNonZero(1, 69)).isEqualTo(-1);
      assertThat(digests.firstNonZero(65, 60)).isEqualTo(70);
    }
  }

  @Test
  void bytesThatNeverHaveTheDeclaredDigestAreAnErrorAndNoDifference() throws Exception {
    String id = ebs.snapshot(Set.of(70));
    ebs.fault("corrupt");
    try (BlockDigests digests = digests(id, 1)) {
      assertThatExceptionOfType(FspException.class)
          .isThrownBy(() -> digests.digest(70))
          .withMessageContaining("Block 70 of " + id)
          .withMessageContaining("never had the SHA-256");
    }
  }

  @Test
  void manySegmentsAreListedWithOneRequest() throws Exception {
    String id = ebs.control().synthetic(LocalEbs.REGION, 8, SyntheticSpec.full(1, 0.5));
    try (BlockDigests digests = digests(id, 8)) {
      for (int segment = 155; segment >= 0; segment--) {
        digests.firstNonZero(Blocks.firstBlock(segment), 1);
      }
      assertThat(ebs.answered("ListSnapshotBlocks", "ok")).isEqualTo(1);
      digests.firstNonZero(Blocks.firstBlock(255), 1);
      assertThat(ebs.answered("ListSnapshotBlocks", "ok")).isEqualTo(2);
    }
  }

  @Test
  void aComparingDestinationTakesWhatIsThereAndNamesWhatIsNot() throws Exception {
    SnapshotInfo info = new SnapshotInfo(ebs.snapshot(Set.of(3, 65)), 1);
    ComparingDestination place =
        new ComparingDestination("the parent", "snap-1", EbsDigests.of(ebs.access(), info));
    try (BlockWriter writer = place.openWriter()) {
      writer.put(block(3, LocalEbs.content(3)));
      writer.clear(4, 60);
      assertThatExceptionOfType(FspException.class)
          .isThrownBy(() -> writer.put(block(65, LocalEbs.content(66))))
          .withMessageContainingAll("the parent", "snap-1", "block 65", "34078720");
      assertThatExceptionOfType(FspException.class)
          .isThrownBy(() -> writer.clear(0, 64))
          .withMessageContaining("block 3 (byte offset 1572864)");
    }
  }

  private static Block block(int index, byte[] bytes) {
    return new Block(index, BlockBuffer.unpooled(bytes), LocalEbs.sha256(bytes));
  }
}
