package org.snapshotproxy.connectors.base.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.snapshotproxy.connectors.base.serial.VersionedCodecSerializer;

/** How a volume is cut into ranges, and how ranges stand in state. */
class PendingRangesTest {
  @Property
  void theRangesCoverEverySegmentOnceInOrder(
      @ForAll @IntRange(min = 1, max = 20_000) int segments,
      @ForAll @IntRange(min = 1, max = 25_000) int size) {
    BitSet covered = new BitSet();
    int end = 0;
    for (SegmentRange range : PendingRanges.of(segments, size).ranges()) {
      assertThat(range.from()).isEqualTo(end);
      assertThat(range.next()).isEqualTo(range.from());
      assertThat(range.to() - range.from()).isBetween(1, size);
      covered.set(range.from(), range.to());
      end = range.to();
    }

    assertThat(end).isEqualTo(segments);
    assertThat(covered.cardinality()).isEqualTo(segments);
  }

  @Example
  void noTwoRangesHaveOneId() {
    assertThat(PendingRanges.of(2_097_152, 2_048).ranges().stream().map(SegmentRange::splitId))
        .doesNotHaveDuplicates()
        .hasSize(1_024);
  }

  @Example
  void aRangeKeepsItsIdAsItGetsOn() {
    assertThat(new SegmentRange(10, 20, 20).splitId())
        .isEqualTo(new SegmentRange(10, 20, 10).splitId());
  }

  @Property
  void aRangeOutOfOrderIsRefused(
      @ForAll @IntRange(min = -3, max = 3) int from,
      @ForAll @IntRange(min = -3, max = 3) int to,
      @ForAll @IntRange(min = -3, max = 3) int next) {
    if (0 <= from && from < to && from <= next && next <= to) {
      assertThat(new SegmentRange(from, to, next).next()).isEqualTo(next);
    } else {
      assertThatThrownBy(() -> new SegmentRange(from, to, next))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Example
  void aRangeIsEncodedAsItWasInVersion1() throws IOException {
    byte[] golden = HexFormat.of().parseHex("00000010" + "00000040" + "00000021");
    VersionedCodecSerializer<SegmentRange> serializer =
        new VersionedCodecSerializer<>(new SegmentRange.RangeCodec());

    assertThat(serializer.serialize(new SegmentRange(16, 64, 33))).isEqualTo(golden);
    assertThat(serializer.deserialize(1, golden)).isEqualTo(new SegmentRange(16, 64, 33));
    assertThatThrownBy(() -> serializer.deserialize(2, golden)).isInstanceOf(IOException.class);
  }

  @Example
  void pendingRangesAreEncodedAsTheyWereInVersion1() throws IOException {
    byte[] golden =
        HexFormat.of()
            .parseHex("00000002" + "000000010000000300000001" + "000000050000000900000007");
    PendingRanges value =
        new PendingRanges(List.of(new SegmentRange(1, 3, 1), new SegmentRange(5, 9, 7)));
    VersionedCodecSerializer<PendingRanges> serializer =
        new VersionedCodecSerializer<>(new PendingRanges.PendingCodec());

    assertThat(serializer.serialize(value)).isEqualTo(golden);
    assertThat(serializer.deserialize(1, golden)).isEqualTo(value);
    assertThatThrownBy(() -> serializer.deserialize(2, golden)).isInstanceOf(IOException.class);
  }
}
