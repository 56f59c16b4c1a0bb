package org.snapshotproxy.connectors.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.FspException;

/** Data objects that are not what their names say, each refused by its name. */
class HostileObjectTest {
  private static final Volume VOLUME =
      Volume.of(Blocks.offset(130), 0, 2, 64, 128).with(65, Volume.ZEROS);

  private static final int HEADER = 24 + 2 * 32;

  private static Bucket bucket;
  private static Archive archive;
  private static String key;
  private static byte[] good;

  @BeforeAll
  static void makeArchive() throws Exception {
    bucket = Bucket.create();
    archive = Make.archive(bucket, Make.PLAIN, VOLUME);
    key = new Forgery(bucket, archive).dataKey(0);
    good = bucket.get(key);
  }

  @AfterAll
  static void closeBucket() {
    bucket.close();
  }

  @BeforeEach
  void mend() {
    bucket.put(key, good);
  }

  private static void assertRefused(byte[] object, String why) {
    bucket.put(key, object);
    assertRefused(why);
  }

  private static void assertRefused(String why) {
    assertThatThrownBy(() -> Transfer.assertHolds(archive, VOLUME))
        .isInstanceOf(FspException.class)
        .hasMessageStartingWith("s3://" + bucket.name() + "/" + key + " ")
        .hasMessageContaining(why)
        .message()
        .hasSizeLessThan(500)
        .matches("\\p{Print}+\\.");
  }

  private static byte[] header() {
    return Arrays.copyOf(good, HEADER);
  }

  private static byte[] frame() {
    return Arrays.copyOfRange(good, HEADER, good.length);
  }

  private static byte[] raw() {
    return Forgery.join(VOLUME.block(0), VOLUME.block(2));
  }

  private static byte[] compress(byte[] raw, boolean size) {
    ByteBuffer in = ByteBuffer.allocateDirect(raw.length).put(raw).flip();
    ByteBuffer out = ByteBuffer.allocateDirect((int) Zstd.compressBound(raw.length) + 64);
    try (ZstdCompressCtx context = new ZstdCompressCtx()) {
      context.setContentSize(size).setLevel(3);
      while (!context.compressDirectByteBufferStream(
          out, in, com.github.luben.zstd.EndDirective.END)) {
        // Goes on until all is out.
      }
    }
    byte[] bytes = new byte[out.flip().remaining()];
    out.get(bytes);
    return bytes;
  }

  @Test
  void theArchiveIsGoodBeforeAnythingIsDoneToIt() throws Exception {
    Transfer.assertHolds(archive, VOLUME);
  }

  @Test
  void anObjectThatIsMissingIsNamed() {
    bucket.delete(key);
    assertRefused("is missing");
  }

  @Test
  void anObjectInThePlaceOfAnotherIsRefused() throws Exception {
    assertRefused(bucket.get(new Forgery(bucket, archive).dataKey(1)), "header of another object");

    Archive other = Make.archive(bucket, Make.PLAIN, VOLUME.with(0, 44));
    assertRefused(bucket.get(new Forgery(bucket, other).dataKey(0)), "digests");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 23, 24, HEADER - 1})
  void anObjectThatEndsInItsHeaderIsRefused(int length) {
    assertRefused(Arrays.copyOf(good, length), "ends within its header");
  }

  @Test
  void anObjectThatEndsAnywhereInItsFrameIsRefused() {
    for (int length = HEADER; length < good.length; length += 1 + (good.length - HEADER) / 12) {
      assertRefused(Arrays.copyOf(good, length), "ends within its compressed frame");
    }
    assertRefused(Arrays.copyOf(good, good.length - 1), "ends within its compressed frame");
  }

  @Test
  void bytesBehindTheFrameAreRefused() {
    assertRefused(Forgery.join(good, new byte[] {0}), "behind its compressed frame");
    assertRefused(Forgery.join(good, frame()), "behind its compressed frame");
    assertRefused(Forgery.join(good, Zstd.compress(new byte[0])), "behind its compressed frame");
    assertRefused(Forgery.join(good, header()), "behind its compressed frame");
  }

  @Test
  void theSameBlocksInTwoFramesAreRefused() {
    byte[] first = Zstd.compress(VOLUME.block(0));
    byte[] second = Zstd.compress(VOLUME.block(2));
    assertRefused(Forgery.join(header(), first, second), "declares 524288 bytes");
  }

  @Test
  void aFrameThatDeclaresMoreOrLessIsRefused() {
    assertRefused(Forgery.join(header(), Zstd.compress(VOLUME.block(0))), "declares 524288 bytes");
    assertRefused(
        Forgery.join(header(), Zstd.compress(new byte[3 * Blocks.SIZE])), "declares 1572864 bytes");
    assertRefused(Forgery.join(header(), Zstd.compress(new byte[0])), "declares 0 bytes");
  }

  @Test
  void aFrameThatDeclaresNothingAndHoldsMoreOrLessIsRefused() {
    assertRefused(
        Forgery.join(header(), compress(new byte[Blocks.SIZE], false)), "holds only 1 of its 2");
    assertRefused(
        Forgery.join(header(), compress(new byte[2 * Blocks.SIZE + 1], false)), "holds more");
    // Some KiB that come to 256 MiB.
    byte[] bomb = compress(new byte[256 << 20], false);
    assertThat(bomb.length).isLessThan(64 << 10);
    assertRefused(Forgery.join(header(), bomb), "holds more");
  }

  @Test
  void aFrameThatLiesAboutItsLengthIsRefused() {
    byte[] lying = compress(new byte[256 << 20], true);
    int size = Integer.BYTES + 2;
    assertThat(ByteBuffer.wrap(lying).order(ByteOrder.LITTLE_ENDIAN).getInt(size))
        .isEqualTo(256 << 20);
    ByteBuffer.wrap(lying).order(ByteOrder.LITTLE_ENDIAN).putInt(size, 2 * Blocks.SIZE);
    assertRefused(Forgery.join(header(), lying), "");
  }

  @Test
  void aFrameThatDeclaresNothingAndHoldsTheBlocksIsRead() throws Exception {
    bucket.put(key, Forgery.join(header(), compress(raw(), false)));
    Transfer.assertHolds(archive, VOLUME);
  }

  @Test
  void aFrameThatNeedsAHugeWindowIsRefusedBeforeTheMemoryIsTaken() {
    byte[] huge = compress(raw(), false);
    huge[Integer.BYTES + 1] = (byte) (21 << 3);
    assertRefused(Forgery.join(header(), huge), "needs a window above 32 MiB");
    huge[Integer.BYTES + 1] = (byte) (15 << 3 | 1);
    assertRefused(Forgery.join(header(), huge), "needs a window above 32 MiB");
    huge[Integer.BYTES + 1] = (byte) 0xFF;
    assertRefused(Forgery.join(header(), huge), "needs a window above 32 MiB");
  }

  @Test
  void aFrameWithADictionaryIsRefused() {
    byte[] other = frame();
    other[Integer.BYTES] |= 1;
    assertRefused(Forgery.join(header(), other), "needs a dictionary");
  }

  @Test
  void whatIsNoFrameIsRefused() {
    assertRefused(Forgery.join(header(), raw()), "");
    assertRefused(Forgery.join(header(), header(), frame()), "no zstd frame");
    assertRefused(frame(), "header");
    assertRefused(Forgery.join(new byte[1], good), "header");
  }

  @Test
  void otherDigestsInTheHeaderAreRefused() {
    byte[] other = good.clone();
    other[24] ^= 1;
    assertRefused(other, "digests");
  }

  @Test
  void aHeaderOfAnotherSegmentOrOtherBlocksIsRefused() {
    for (int at : new int[] {0, 4, 8, 12, 16, 23}) {
      byte[] other = good.clone();
      other[at] ^= 1;
      assertRefused(other, "header of another object");
    }
  }

  @Test
  void blocksInAnotherOrderAreRefused() {
    byte[] swapped = Zstd.compress(Forgery.join(VOLUME.block(2), VOLUME.block(0)));
    bucket.put(key, Forgery.join(header(), swapped));

    // Only the digests of the blocks can tell, and whoever fetches compares them.
    assertThatThrownBy(() -> Transfer.assertHolds(archive, VOLUME))
        .isInstanceOf(Transfer.WrongDigest.class);
  }

  @Test
  void anObjectThatIsTooLongIsRefusedByItsLength() {
    byte[] longer = new byte[(int) (ObjectHeader.length(2) + Frames.longest(2)) + 1];
    assertRefused(longer, "more than its blocks can come to");
  }
}
