package org.snapshotproxy.operators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snapshotproxy.connectors.base.Receipt;
import org.snapshotproxy.connectors.base.Seal;
import org.snapshotproxy.connectors.base.serial.Codec;
import org.snapshotproxy.connectors.base.serial.VersionedCodecSerializer;

/**
 * Every version of the sink's encodings, byte for byte, as savepoints hold them. These bytes never
 * change: a new encoding gets a new version and a new case here.
 */
class GoldenEncodingTest {
  private static final String DIGEST =
      "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replace(" ", ""));
  }

  @Test
  void aReceiptOfAWriter() throws IOException {
    String fields = "00000007 0000000000000010 0000000000000022 0000000000000004" + DIGEST;
    byte[] golden = hex("01 02" + fields + "00");
    WriteResult value = WriteResult.of(new Receipt(7, 0x10, 0x22, 4, hex(DIGEST)));

    assertThat(encode(new WriteResultCodec(), value)).isEqualTo(golden);
    assertThat(decode(new WriteResultCodec(), golden)).usingRecursiveComparison().isEqualTo(value);
    assertThat(decode(new WriteResultCodec(), hex("01 01" + fields)))
        .usingRecursiveComparison()
        .isEqualTo(value);
  }

  @Test
  void aDestinationThatWasGivenUp() throws IOException {
    byte[] golden = hex("00 00000102 0003 61c3a9");
    WriteResult value = WriteResult.givenUp(0x102, "a\u00e9");

    assertThat(encode(new WriteResultCodec(), value)).isEqualTo(golden);
    assertThat(decode(new WriteResultCodec(), golden)).isEqualTo(value);
  }

  @Test
  void theSealsOfThreeDestinationsOfWhichTwoFailed() throws IOException {
    String seal = "0000000000000005 0000000000000006 0000000100000000" + DIGEST + "00000003 61c3a9";
    byte[] golden =
        hex("02 00000003" + seal + seal + seal + "00000002 00000000 0001 62 00000002 0001 63");
    Seal each = new Seal(5, 6, 1L << 32, hex(DIGEST), "a\u00e9");
    Seals value = new Seals(List.of(each, each, each), Map.of(2, "c", 0, "b"));

    assertThat(encode(new SealsCodec(), value)).isEqualTo(golden);
    assertThat(decode(new SealsCodec(), golden)).usingRecursiveComparison().isEqualTo(value);
  }

  @Test
  void theLongestSentenceOfAFailureIsEncodedWhateverItsCharacters() throws IOException {
    String sentence = Failures.sentence(new IOException("\u20ac".repeat(100_000)));
    WriteResult value = WriteResult.givenUp(1, sentence);

    assertThat(sentence).startsWith("\u20ac").hasSizeGreaterThan(10_000);
    assertThat(decode(new WriteResultCodec(), encode(new WriteResultCodec(), value)))
        .isEqualTo(value);
  }

  @Test
  void aFailureWithoutWordsIsToldByItsName() {
    assertThat(Failures.sentence(new IOException())).isEqualTo("java.io.IOException");
  }

  static Stream<Codec<?>> codecs() {
    return Stream.of(new WriteResultCodec(), new SealsCodec());
  }

  @ParameterizedTest
  @MethodSource("codecs")
  void aVersionFromTheFutureIsRefusedWithBothVersions(Codec<?> codec) {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(new byte[1 << 10]));

    assertThatThrownBy(() -> codec.read(codec.version() + 1, in))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("versions 1 to " + codec.version());
  }

  private static <T> byte[] encode(Codec<T> codec, T value) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    codec.write(value, new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static <T> T decode(Codec<T> codec, byte[] bytes) throws IOException {
    return new VersionedCodecSerializer<>(codec).deserialize(codec.version(), bytes);
  }
}
