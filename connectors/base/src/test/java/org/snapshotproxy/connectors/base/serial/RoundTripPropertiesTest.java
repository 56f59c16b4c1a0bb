package org.snapshotproxy.connectors.base.serial;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.snapshotproxy.connectors.base.Receipt;
import org.snapshotproxy.connectors.base.Seal;
import org.snapshotproxy.connectors.base.SegmentDescriptor;

/** Whatever is written comes back. */
class RoundTripPropertiesTest {
  private static <T> T roundTrip(Codec<T> codec, T value) throws IOException {
    VersionedCodecSerializer<T> serializer = new VersionedCodecSerializer<>(codec);
    return serializer.deserialize(codec.version(), serializer.serialize(value));
  }

  @Property(tries = 200)
  void anyDescriptor(@ForAll("descriptors") SegmentDescriptor value) throws IOException {
    assertThat(roundTrip(new SegmentDescriptorCodec(), value)).isEqualTo(value);
  }

  @Property
  void anyReceipt(
      @ForAll int segment, @ForAll long written, @ForAll long cleared, @ForAll long skipped)
      throws IOException {
    byte[] digests = new byte[Long.bitCount(written) * 32];
    new Random(segment).nextBytes(digests);
    Receipt value = new Receipt(segment, written, cleared, skipped, digests);

    assertThat(roundTrip(new ReceiptCodec(), value)).usingRecursiveComparison().isEqualTo(value);
  }

  @Property
  void anySeal(@ForAll long written, @ForAll long cleared, @ForAll long skipped)
      throws IOException {
    byte[] checksum = new byte[32];
    new Random(written).nextBytes(checksum);
    Seal value = new Seal(written, cleared, skipped, checksum, "n" + written);

    assertThat(roundTrip(new SealCodec(), value)).usingRecursiveComparison().isEqualTo(value);
  }

  @Provide
  Arbitrary<SegmentDescriptor> descriptors() {
    Arbitrary<String> token = Arbitraries.strings().ofMaxLength(40);
    return Combinators.combine(
            Arbitraries.integers().between(0, Integer.MAX_VALUE),
            Arbitraries.oneOf(Arbitraries.longs(), Arbitraries.of(0L, -1L)),
            Arbitraries.longs(),
            Arbitraries.of(true, false))
        .flatAs(
            (segment, move, clear, tokens) ->
                (tokens
                        ? token.list().ofSize(Long.bitCount(move))
                        : Arbitraries.just(List.<String>of()))
                    .map(list -> new SegmentDescriptor(segment, move, clear & ~move, list)));
  }
}
