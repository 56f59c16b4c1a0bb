package org.snapshotproxy.connectors.ebs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snapshotproxy.connectors.base.Block;
import org.snapshotproxy.connectors.base.BlockBuffer;
import org.snapshotproxy.connectors.base.FspException;

/** Putting blocks, and everything that can go wrong with it. */
class EbsBlockWriterTest {
  private LocalEbs ebs;
  private String id;
  private EbsBlockWriter writer;

  @BeforeEach
  void start() throws Exception {
    ebs = new LocalEbs();
    id = ebs.start(1);
    writer = new EbsBlockWriter(new EbsDestination(ebs.access(), id));
  }

  @AfterEach
  void stop() throws Exception {
    writer.close();
    ebs.close();
  }

  private static Block block(int index) {
    byte[] bytes = LocalEbs.content(index);
    return new Block(index, BlockBuffer.unpooled(bytes), LocalEbs.sha256(bytes));
  }

  /** Completes the snapshot with the plain client and reads it back. */
  private Map<Integer, byte[]> written(int blocks) {
    ebs.control().clearFaults();
    ebs.plain().completeSnapshot(r -> r.snapshotId(id).changedBlocksCount(blocks));
    return ebs.read(id);
  }

  @Test
  void aBlockIsPutAsItIs() throws Exception {
    writer.put(block(2047));

    assertThat(written(1)).containsOnlyKeys(2047).containsEntry(2047, LocalEbs.content(2047));
  }

  @Test
  void aBlockPutTwiceIsThereOnce() throws Exception {
    writer.put(block(3));
    writer.put(block(3));

    assertThat(written(1)).containsOnlyKeys(3);
  }

  @Test
  void aClearedBlockIsAPutBlockOfZeros() throws Exception {
    writer.clear(62, 3);

    assertThat(written(3))
        .containsOnlyKeys(62, 63, 64)
        .allSatisfy((index, bytes) -> assertThat(bytes).isEqualTo(new byte[524_288]));
  }

  @Test
  void bytesThatHaveChangedInMemoryAreRefusedByTheServiceAndNotSentAgain() {
    byte[] spoiled = LocalEbs.content(5);
    byte[] digest = LocalEbs.sha256(spoiled);
    spoiled[100] ^= 1;

    assertThatThrownBy(() -> writer.put(new Block(5, BlockBuffer.unpooled(spoiled), digest)))
        .isInstanceOf(FspException.class)
        .hasMessageContaining("Block 5 for " + id)
        .hasMessageContaining("memory");
    assertThat(ebs.answered("PutSnapshotBlock", "ValidationException")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "throttle:op=PutSnapshotBlock,n=3",
        "snapshot-throttle:op=PutSnapshotBlock,n=3",
        "server-error:op=PutSnapshotBlock,n=2",
        "server-error:op=PutSnapshotBlock,n=2,status=503",
        "wrong-checksum:op=PutSnapshotBlock,n=3",
        "reset:op=PutSnapshotBlock,n=2"
      })
  void aFaultThatPassesIsWaitedOut(String fault) throws Exception {
    ebs.fault(fault);

    writer.put(block(9));

    assertThat(ebs.control().faults()).allMatch(tally -> tally.happened() > 1);
    assertThat(written(1)).containsEntry(9, LocalEbs.content(9));
  }

  @Test
  void aSnapshotThatIsNotVisibleYetIsWaitedFor() throws Exception {
    ebs.fault("not-found:op=PutSnapshotBlock,n=2");

    writer.put(block(9));

    assertThat(ebs.answered("PutSnapshotBlock", "ResourceNotFoundException")).isEqualTo(2);
    assertThat(written(1)).containsOnlyKeys(9);
  }

  @Test
  void aSnapshotThatWasSeenAndIsGoneFailsAtOnce() throws Exception {
    writer.put(block(9));
    ebs.fault("not-found:op=PutSnapshotBlock");

    assertThatThrownBy(() -> writer.put(block(10)))
        .isInstanceOf(FspException.class)
        .hasMessageContaining("no such snapshot");
    assertThat(ebs.answered("PutSnapshotBlock", "ResourceNotFoundException")).isEqualTo(1);
  }

  @Test
  void aDeniedPutFailsAtOnceAndNamesThePermission() {
    ebs.fault("access-denied:op=PutSnapshotBlock");

    assertThatThrownBy(() -> writer.put(block(9)))
        .isInstanceOf(FspException.class)
        .hasMessageContaining("PutSnapshotBlock of block 9 of " + id)
        .hasMessageContaining("permission");
    assertThat(ebs.answered("PutSnapshotBlock", "AccessDeniedException")).isEqualTo(1);
  }

  @Test
  void anAcknowledgementWithAnotherChecksumIsNotBelieved() {
    ebs.fault("wrong-checksum:op=PutSnapshotBlock");

    assertThatThrownBy(() -> writer.put(block(9)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("was acknowledged with checksum");
  }
}
