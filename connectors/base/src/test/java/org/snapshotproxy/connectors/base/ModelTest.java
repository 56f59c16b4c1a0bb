package org.snapshotproxy.connectors.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the model's records refuse and keep. */
class ModelTest {
  @Test
  void aDescriptorIsRefusedThatMovesAndClearsABlock() {
    assertThatThrownBy(() -> new SegmentDescriptor(3, 0b110, 0b011, List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Segment 3");
  }

  @Test
  void aDescriptorIsRefusedWhoseTokensAreNotOneABlock() {
    assertThatThrownBy(() -> new SegmentDescriptor(3, 0b111, 0, List.of("a", "b")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3 blocks with 2 tokens");
  }

  @Test
  void aDescriptorIsRefusedWithANegativeSegment() {
    assertThatThrownBy(() -> new SegmentDescriptor(-1, 1, 0, List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aDescriptorNamesTheBlocksToMoveInTheOrderOfItsTokens() {
    SegmentDescriptor descriptor =
        new SegmentDescriptor(2, 1L | 1L << 5 | 1L << 63, 0, List.of("x", "y", "z"));

    assertThat(descriptor.moveCount()).isEqualTo(3);
    assertThat(descriptor.moveIndexes()).containsExactly(128, 133, 191);
  }

  @Test
  void aDescriptorDoesNotChangeWithTheListItWasMadeOf() {
    List<String> tokens = new ArrayList<>(List.of("a"));
    SegmentDescriptor descriptor = new SegmentDescriptor(0, 1, 0, tokens);

    tokens.set(0, "b");

    assertThat(descriptor.tokens()).containsExactly("a");
  }

  @Test
  void aReceiptIsRefusedWhoseDigestsAreNotOneABlock() {
    assertThatThrownBy(() -> new Receipt(9, 0b11, 0, 0, new byte[32]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Segment 9: 32 digest bytes for 2 blocks");
  }

  @Test
  void aSegmentReleasesAndRetainsAllItsBuffers() {
    MemoryBudget budget = new MemoryBudget(Blocks.SEGMENT_SIZE);
    List<BlockBuffer> buffers = budget.acquire(3).join();
    List<Block> blocks = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      blocks.add(new Block(i, buffers.get(i), Digests.sha256(buffers.get(i).bytes())));
    }
    Segment segment = new Segment(0, blocks, 0, 0);
    segment.retain(1);

    segment.release();
    assertThat(budget.lent()).isEqualTo(3);

    segment.release();
    assertThat(budget.lent()).isZero();
  }

  @Test
  void aBlockIsZeroByItsDigest() {
    BlockBuffer zeros = BlockBuffer.unpooled(new byte[Blocks.SIZE]);

    assertThat(new Block(0, zeros, Digests.sha256(new byte[Blocks.SIZE])).isZero()).isTrue();
    assertThat(new Block(0, zeros, Digests.sha256(new byte[] {1})).isZero()).isFalse();
  }
}
