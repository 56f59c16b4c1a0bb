package org.snapshotproxy.connectors.base;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/** The arithmetic of blocks against loops that count one by one. */
class BlocksPropertiesTest {
  private static final long MAX_BYTES = 65_536L << 30;
  private static final int MAX_BLOCK = 134_217_727;

  @Example
  void aBlockIsHalfAMebibyteAndASegment64OfThem() {
    assertThat(Blocks.SIZE).isEqualTo(512 * 1024);
    assertThat(Blocks.PER_SEGMENT).isEqualTo(64);
    assertThat(Blocks.SEGMENT_SIZE).isEqualTo(32L * 1024 * 1024);
  }

  @Property
  void aBlockLiesInTheSegmentWhoseRunOf64HoldsIt(@ForAll @IntRange(max = MAX_BLOCK) int block) {
    int segment = Blocks.segmentOf(block);

    assertThat((long) block).isBetween(segment * 64L, segment * 64L + 63);
    assertThat(Blocks.firstBlock(segment)).isEqualTo(segment * 64);
    assertThat(Blocks.bit(block)).isEqualTo(1L << (block - segment * 64));
  }

  @Property
  void aBlocksOffsetIsItsIndexTimesItsSizeUpTo64TiB(@ForAll @IntRange(max = MAX_BLOCK) int block) {
    assertThat(Blocks.offset(block)).isEqualTo(block * 524_288L).isLessThan(MAX_BYTES);
  }

  @Property
  void soManyBytesNeedTheFewestBlocksThatHoldThem(
      @ForAll @LongRange(min = 1, max = MAX_BYTES) long bytes) {
    long blocks = Blocks.blocksFor(bytes);

    assertThat(blocks * 524_288).isGreaterThanOrEqualTo(bytes);
    assertThat((blocks - 1) * 524_288).isLessThan(bytes);
  }

  @Property
  void soManyBytesNeedTheFewestSegmentsThatHoldThem(
      @ForAll @LongRange(min = 1, max = MAX_BYTES) long bytes) {
    long segments = Blocks.segmentsFor(bytes);

    assertThat(segments * 33_554_432).isGreaterThanOrEqualTo(bytes);
    assertThat((segments - 1) * 33_554_432).isLessThan(bytes);
  }

  @Property
  void soManyBytesNeedTheSmallestVolumeThatHoldsThem(
      @ForAll @LongRange(min = 1, max = MAX_BYTES) long bytes) {
    long gib = Blocks.volumeGiBFor(bytes);

    assertThat(gib << 30).isGreaterThanOrEqualTo(bytes);
    assertThat((gib - 1) << 30).isLessThan(bytes);
  }

  @Example
  void nothingNeedsNoBlockButAVolumeOfOneGiB() {
    assertThat(Blocks.blocksFor(0)).isZero();
    assertThat(Blocks.segmentsFor(0)).isZero();
    assertThat(Blocks.volumeGiBFor(0)).isEqualTo(1);
  }

  @Property
  void theMaskWithinAVolumeHasEachBlockThatBeginsBeforeItsEnd(
      @ForAll @IntRange(max = 40) int segment, @ForAll @LongRange(max = 40L << 25) long bytes) {
    long expected = 0;
    for (int bit = 0; bit < 64; bit++) {
      if ((segment * 64L + bit) * 524_288 < bytes) {
        expected |= 1L << bit;
      }
    }

    assertThat(Blocks.maskWithin(segment, bytes)).isEqualTo(expected);
  }

  @Example
  void theMaskOfTheLastSegmentOf64TiBIsFullAndOfTheNextOneEmpty() {
    assertThat(Blocks.maskWithin(2_097_151, MAX_BYTES)).isEqualTo(-1L);
    assertThat(Blocks.maskWithin(2_097_152, MAX_BYTES)).isZero();
  }

  @Example
  void onlyTheDigestOfAllZerosIsAZeroDigest() {
    byte[] almost = new byte[524_288];
    almost[524_287] = 1;

    assertThat(Blocks.isZeroDigest(Digests.sha256(new byte[524_288]))).isTrue();
    assertThat(Blocks.isZeroDigest(Digests.sha256(almost))).isFalse();
  }

  @Example
  void theZeroDigestCannotBeSpoiledByItsCallers() {
    Blocks.zeroDigest()[0] ^= 1;

    assertThat(Blocks.isZeroDigest(Blocks.zeroDigest())).isTrue();
  }
}
