package org.snapshotproxy.connectors.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A buffer on loan, and what happens to those who misuse it. */
class BlockBufferTest {
  private MemoryBudget budget;
  private BlockBuffer buffer;

  @BeforeEach
  void borrow() {
    budget = new MemoryBudget(Blocks.SEGMENT_SIZE);
    buffer = budget.acquire(1).join().get(0);
  }

  @Test
  void aBufferHoldsOneBlock() {
    assertThat(buffer.bytes()).hasSize(Blocks.SIZE);
  }

  @Test
  void theMemoryGoesBackWithTheLastHolder() {
    buffer.retain(2);

    buffer.release();
    buffer.release();
    assertThat(budget.lent()).isEqualTo(1);

    buffer.release();
    assertThat(budget.lent()).isZero();
  }

  @Test
  void aReleasedBufferCannotBeUsed() {
    buffer.release();

    assertThatThrownBy(buffer::bytes)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("released");
  }

  @Test
  void aReleasedBufferCannotBeRetained() {
    buffer.release();

    assertThatThrownBy(() -> buffer.retain(1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("released");
  }

  @Test
  void aBufferReleasedTwiceIsRefusedAndCountsOnce() {
    BlockBuffer other = budget.acquire(1).join().get(0);
    buffer.release();

    assertThatThrownBy(buffer::release)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("twice");
    assertThat(budget.lent()).isEqualTo(1);
    other.release();
  }

  @Test
  void aRefusedRetainDoesNotReviveTheBuffer() {
    buffer.release();
    assertThatThrownBy(() -> buffer.retain(1)).isInstanceOf(IllegalStateException.class);

    assertThatThrownBy(buffer::bytes).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(buffer::release).isInstanceOf(IllegalStateException.class);
    assertThat(budget.lent()).isZero();
  }

  @Test
  void anUnpooledBufferIsTheGivenArray() {
    byte[] bytes = new byte[Blocks.SIZE];

    assertThat(BlockBuffer.unpooled(bytes).bytes()).isSameAs(bytes);
  }

  @Test
  void anUnpooledBufferOfAnotherSizeIsRefused() {
    assertThatThrownBy(() -> BlockBuffer.unpooled(new byte[Blocks.SIZE - 1]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("524287");
  }
}
