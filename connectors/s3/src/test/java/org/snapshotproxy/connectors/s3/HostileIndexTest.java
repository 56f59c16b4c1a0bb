package org.snapshotproxy.connectors.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.FspException;

/** Indexes that lie under a manifest that vouches for them, each refused by its name. */
class HostileIndexTest {
  private static final Volume VOLUME = Volume.of(Blocks.offset(70), 0, 1, 64, 65);

  private static Bucket bucket;
  private Archive archive;
  private Forgery forgery;

  @BeforeAll
  static void makeBucket() throws Exception {
    bucket = Bucket.create();
  }

  @AfterAll
  static void closeBucket() {
    bucket.close();
  }

  @BeforeEach
  void makeArchive() throws Exception {
    archive = Make.archive(bucket, Make.PLAIN, VOLUME);
    forgery = new Forgery(bucket, archive);
  }

  private void restore() throws Exception {
    Transfer.assertHolds(
        Make.found(bucket.access(), archive.place(), archive.manifest().name()), VOLUME);
  }

  private void assertRefused() {
    assertThatThrownBy(this::restore)
        .isInstanceOf(FspException.class)
        .hasMessageContaining(archive.manifest().name() + "/index/0000000.")
        .message()
        .hasSizeLessThan(500)
        .matches("\\p{Print}+\\.");
  }

  @Test
  void anIndexThatIsMissingIsNamed() {
    bucket.delete(forgery.indexKey());
    assertRefused();
  }

  @Test
  void anIndexWithOtherBytesIsRefused() {
    byte[] bytes = bucket.get(forgery.indexKey());
    bytes[bytes.length / 2] ^= 1;
    bucket.put(forgery.indexKey(), bytes);
    assertRefused();
  }

  @Test
  void anIndexOfAnotherLengthIsRefused() {
    byte[] bytes = bucket.get(forgery.indexKey());
    bucket.put(forgery.indexKey(), Arrays.copyOf(bytes, bytes.length - 1));
    assertRefused();
    bucket.put(forgery.indexKey(), Arrays.copyOf(bytes, bytes.length + 1));
    assertRefused();
    bucket.put(forgery.indexKey(), new byte[0]);
    assertRefused();
  }

  static Stream<Map.Entry<String, UnaryOperator<List<String>>>> lies() {
    Map<String, UnaryOperator<List<String>>> lies = new LinkedHashMap<>();
    lies.put("out of order", lines -> List.of(lines.get(1), lines.get(0)));
    lies.put("a block twice", lines -> List.of(lines.get(0), lines.get(0), lines.get(1)));
    lies.put(
        "a block beyond the end", lines -> edit(lines, 1, "0000000000000003", "8000000000000003"));
    lies.put(
        "a block not in the object",
        lines -> edit(lines, 0, "^0000000000000003", "0000000000000007"));
    lies.put("no block", lines -> edit(lines, 0, "^0000000000000003", "0000000000000000"));
    lies.put(
        "an object of no block",
        lines -> edit(lines, 0, "0000000000000003\\.", "0000000000000000."));
    lies.put("a segment beyond the end", lines -> edit(lines, 1, "000000064", "000000128"));
    lies.put("a segment of another section", lines -> edit(lines, 1, "000000064", "000262144"));
    lies.put("a block that begins no segment", lines -> edit(lines, 1, "000000064", "000000065"));
    lies.put("a key that climbs", lines -> edit(lines, 0, " .*/data", " ../data"));
    lies.put("a key that climbs on", lines -> edit(lines, 0, "/data/", "/../data/"));
    lies.put("a key with another prefix", lines -> edit(lines, 0, " ", " x/y/"));
    lies.put("a key from the root", lines -> edit(lines, 0, " ", " /"));
    lies.put("a key of something else", lines -> edit(lines, 0, "/data/", "/index/"));
    lies.put("upper case", lines -> edit(lines, 0, "\\.zst", ".ZST"));
    lies.put("a carriage return", lines -> edit(lines, 0, "$", "\r"));
    lies.put("a blank", lines -> edit(lines, 0, "$", " "));
    lies.put("a long name", lines -> edit(lines, 0, " .*/data", " " + "a".repeat(129) + "/data"));
    return lies.entrySet().stream();
  }

  private static List<String> edit(List<String> lines, int line, String from, String to) {
    List<String> edited = new ArrayList<>(lines);
    edited.set(line, lines.get(line).replaceFirst(from, to));
    assertThat(edited).isNotEqualTo(lines);
    return edited;
  }

  @ParameterizedTest
  @MethodSource("lies")
  void aLineThatLiesIsRefused(Map.Entry<String, UnaryOperator<List<String>>> lie) throws Exception {
    forgery.index(lie.getValue().apply(forgery.lines()));
    assertRefused();
  }

  @Test
  void aForgedIndexThatSaysTheTruthIsRead() throws Exception {
    forgery.index(forgery.lines());
    restore();
  }

  @Test
  void moreOrFewerLinesThanTheManifestSaysAreRefused() throws Exception {
    byte[] same = bucket.get(forgery.indexKey());
    forgery.index(same, 1, 2);
    assertRefused();
    forgery.index(same, 3, 4);
    assertRefused();
    forgery.index(same, 2, 3);
    assertRefused();
  }

  @Test
  void aLastLineThatDoesNotEndIsRefused() throws Exception {
    byte[] text = String.join("\n", forgery.lines()).getBytes(StandardCharsets.US_ASCII);
    forgery.index(Zstd.compress(text), 2, 4);
    assertRefused();
  }

  @Test
  void whatIsNoTextIsRefused() throws Exception {
    forgery.index(Zstd.compress(new byte[] {-1, -2, -3, '\n'}), 1, 1);
    assertRefused();
    forgery.index(new byte[] {1, 2, 3}, 1, 1);
    assertRefused();
  }

  @Test
  void aFrameThatIsCutIsRefused() throws Exception {
    byte[] bytes = bucket.get(forgery.indexKey());
    forgery.index(Arrays.copyOf(bytes, bytes.length - 5), 2, 4);
    assertRefused();
  }

  @Test
  void bytesBehindTheFrameAreRefused() throws Exception {
    byte[] bytes = bucket.get(forgery.indexKey());
    forgery.index(Forgery.join(bytes, Zstd.compress(new byte[0])), 2, 4);
    assertRefused();
  }

  @Test
  void aLineWithoutEndIsNotReadToItsEnd() throws Exception {
    forgery.index(bomb('a'), 1, 1);
    assertRefused();
  }

  @Test
  void linesWithoutEndAreNotReadToTheirEnd() throws Exception {
    String line = forgery.lines().get(0);
    forgery.index(bomb('\n'), 1, 1);
    assertRefused();
    forgery.index(
        Zstd.compress((line + "\n").repeat(1000).getBytes(StandardCharsets.US_ASCII)), 1000, 2000);
    assertRefused();
  }

  /**
   * Some KiB that come to 4 GiB; whoever takes them for an index needs more memory than there is.
   */
  private static byte[] bomb(char of) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] part = new byte[1 << 20];
    Arrays.fill(part, (byte) of);
    try (ZstdOutputStream out = new ZstdOutputStream(bytes, 1)) {
      for (int i = 0; i < 4096; i++) {
        out.write(part);
      }
    }
    return bytes.toByteArray();
  }

  @Test
  void anIndexThatNeedsAHugeWindowIsRefused() throws Exception {
    byte[] bytes = bucket.get(forgery.indexKey());
    // Magic, no single segment, a window of 2 GiB, an empty last block.
    byte[] huge = {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD, 0, (byte) (21 << 3), 1, 0, 0, bytes[0]};
    forgery.index(Arrays.copyOf(huge, 9), 1, 1);
    assertRefused();
  }
}
