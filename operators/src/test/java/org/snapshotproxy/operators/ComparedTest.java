package org.snapshotproxy.operators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.Receipt;
import org.snapshotproxy.connectors.base.serial.VersionedCodecSerializer;

/** The comparison of two receipts, block by block against a plain one. */
class ComparedTest {
  private final Random random = new Random(4);

  /** Blocks of zeros and of two other contents, present with some chance. */
  private Receipt receipt(byte[][] contents) {
    long written = 0;
    byte[] digests = new byte[64 * 32];
    int next = 0;
    for (int bit = 0; bit < 64; bit++) {
      contents[bit] = Blocks.zeroDigest();
      if (random.nextInt(3) > 0) {
        written |= 1L << bit;
        contents[bit][0] += (byte) random.nextInt(3);
        System.arraycopy(contents[bit], 0, digests, 32 * next++, 32);
      }
    }
    return new Receipt(7, written, 0, 0, Arrays.copyOf(digests, 32 * next));
  }

  @Test
  void aBlockDiffersIfWhatItReadsAsDiffers() {
    for (int round = 0; round < 500; round++) {
      byte[][] left = new byte[64][];
      byte[][] right = new byte[64][];
      Receipt a = receipt(left);
      Receipt b = receipt(right);
      long expected = 0;
      for (int bit = 0; bit < 64; bit++) {
        expected |= Arrays.equals(left[bit], right[bit]) ? 0 : 1L << bit;
      }

      assertThat(Compared.of(a, b)).isEqualTo(new Compared(7, a.written() | b.written(), expected));
      assertThat(Compared.of(b, a).differing()).isEqualTo(expected);
      assertThat(Compared.of(a, a).differing()).isZero();
    }
  }

  @Test
  void itsEncodingIsReadBackAndAnUnknownOneIsRefused() throws Exception {
    VersionedCodecSerializer<Compared> codec = new VersionedCodecSerializer<>(new ComparedCodec());
    Compared compared = new Compared(2_097_151, -1, 1L << 63);

    assertThat(codec.deserialize(1, codec.serialize(compared))).isEqualTo(compared);
    assertThatIOException()
        .isThrownBy(() -> codec.deserialize(2, codec.serialize(compared)))
        .withMessageContaining("version 2");
  }
}
