package org.snapshotproxy.connectors.base.serial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.core.memory.DataInputViewStreamWrapper;
import org.apache.flink.core.memory.DataOutputViewStreamWrapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snapshotproxy.connectors.base.Block;
import org.snapshotproxy.connectors.base.BlockBuffer;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.Receipt;
import org.snapshotproxy.connectors.base.Seal;
import org.snapshotproxy.connectors.base.Segment;
import org.snapshotproxy.connectors.base.SegmentDescriptor;
import org.snapshotproxy.connectors.base.Span;

/**
 * Every version of every encoding, byte for byte, as savepoints hold it. These bytes never change:
 * a new encoding gets a new version and a new case here.
 */
class GoldenEncodingTest {
  private static final String DIGEST =
      "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replace(" ", ""));
  }

  @Test
  void aDescriptor() throws IOException {
    String fields = "01020304 8000000000000001 0000000000000008 02 0001 61 0003 c3a963";
    byte[] golden = hex("02" + fields + "00");
    SegmentDescriptor value =
        new SegmentDescriptor(0x01020304, Long.MIN_VALUE | 1, 8, List.of("a", "éc"));

    assertThat(encode(new SegmentDescriptorCodec(), value)).isEqualTo(golden);
    assertThat(decode(new SegmentDescriptorCodec(), golden)).isEqualTo(value);
    assertThat(decode(new SegmentDescriptorCodec(), hex("01" + fields))).isEqualTo(value);
  }

  @Test
  void theEndOfARange() throws IOException {
    String span = "01 00000003 00000007 00000009";
    String zeros = "0000000000000000";
    Span value = new Span(3, 7, 9);

    byte[] descriptor = hex("02 00000003" + zeros + zeros + "00" + span);
    assertThat(encode(new SegmentDescriptorCodec(), SegmentDescriptor.endOf(value)))
        .isEqualTo(descriptor);
    assertThat(decode(new SegmentDescriptorCodec(), descriptor).span()).isEqualTo(value);
    byte[] segment = hex("02 00000003" + zeros + zeros + "00" + span);
    assertThat(encode(new SegmentCodec(), Segment.endOf(value))).isEqualTo(segment);
    assertThat(decode(new SegmentCodec(), segment).span()).isEqualTo(value);
    byte[] receipt = hex("02 00000003" + zeros + zeros + zeros + span);
    assertThat(encode(new ReceiptCodec(), Receipt.of(Segment.endOf(value)))).isEqualTo(receipt);
    assertThat(decode(new ReceiptCodec(), receipt).span()).isEqualTo(value);
    assertThat(encode(new SpanCodec(), value)).isEqualTo(hex("01 00000003 00000007 00000009"));
  }

  @Test
  void aReceipt() throws IOException {
    String fields = "00000007 0000000000000010 0000000000000022 0000000000000004" + DIGEST;
    byte[] golden = hex("02" + fields + "00");
    Receipt value = new Receipt(7, 0x10, 0x22, 4, hex(DIGEST));

    assertThat(encode(new ReceiptCodec(), value)).isEqualTo(golden);
    assertThat(decode(new ReceiptCodec(), golden)).usingRecursiveComparison().isEqualTo(value);
    assertThat(decode(new ReceiptCodec(), hex("01" + fields)))
        .usingRecursiveComparison()
        .isEqualTo(value);
  }

  @Test
  void aSeal() throws IOException {
    byte[] golden =
        hex("02 0000000000000005 0000000000000006 0000000100000000" + DIGEST + "00000003 61c3a9");
    Seal value = new Seal(5, 6, 1L << 32, hex(DIGEST), "a\u00e9");

    assertThat(encode(new SealCodec(), value)).isEqualTo(golden);
    assertThat(decode(new SealCodec(), golden)).usingRecursiveComparison().isEqualTo(value);
  }

  @Test
  void aSealOfBeforeThereWereNotes() throws IOException {
    byte[] old = hex("01 0000000000000005 0000000000000006 0000000100000000" + DIGEST);

    assertThat(decode(new SealCodec(), old))
        .usingRecursiveComparison()
        .isEqualTo(new Seal(5, 6, 1L << 32, hex(DIGEST), ""));
  }

  @Test
  void aSegment() throws IOException {
    byte[] bytes = new byte[Blocks.SIZE];
    bytes[0] = 17;
    bytes[Blocks.SIZE - 1] = 23;
    byte[] head = hex("01 00000002 0000000000000003 0000000000000004 01 00000085" + DIGEST);
    byte[] old = ByteBuffer.allocate(head.length + Blocks.SIZE).put(head).put(bytes).array();
    byte[] golden = Arrays.copyOf(old, old.length + 1);
    golden[0] = 2;
    Block block = new Block(0x85, BlockBuffer.unpooled(bytes), hex(DIGEST));

    assertThat(encode(new SegmentCodec(), new Segment(2, List.of(block), 3, 4))).isEqualTo(golden);
    assertIsTheSegment(decode(new SegmentCodec(), golden), bytes);
    assertIsTheSegment(decode(new SegmentCodec(), old), bytes);
  }

  private static void assertIsTheSegment(Segment read, byte[] bytes) {
    assertThat(read.span()).isNull();
    assertThat(read.segment()).isEqualTo(2);
    assertThat(read.clear()).isEqualTo(3);
    assertThat(read.skipped()).isEqualTo(4);
    assertThat(read.blocks()).hasSize(1);
    assertThat(read.blocks().get(0).index()).isEqualTo(0x85);
    assertThat(read.blocks().get(0).digest()).isEqualTo(hex(DIGEST));
    assertThat(read.blocks().get(0).buffer().bytes()).isEqualTo(bytes);
  }

  static Stream<Codec<?>> codecs() {
    return Stream.of(
        new SegmentDescriptorCodec(),
        new ReceiptCodec(),
        new SealCodec(),
        new SegmentCodec(),
        new SpanCodec());
  }

  @ParameterizedTest
  @MethodSource("codecs")
  void aVersionFromTheFutureIsRefusedWithBothVersions(Codec<?> codec) {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(new byte[1 << 20]));

    assertThatThrownBy(() -> codec.read(codec.version() + 1, in))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("versions 1 to " + codec.version())
        .hasMessageContaining("version " + (codec.version() + 1));
  }

  private static <T> byte[] encode(Codec<T> codec, T value) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new CodecSerializer<>(codec).serialize(value, new DataOutputViewStreamWrapper(bytes));
    return bytes.toByteArray();
  }

  private static <T> T decode(Codec<T> codec, byte[] bytes) throws IOException {
    return new CodecSerializer<>(codec)
        .deserialize(new DataInputViewStreamWrapper(new ByteArrayInputStream(bytes)));
  }
}
