package org.snapshotproxy.connectors.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.FspException;

/** Manifests that lie, each refused with a sentence that names it. */
class HostileManifestTest {
  private static final Volume VOLUME =
      Volume.of(5000L * Blocks.SEGMENT_SIZE, 0, 1, 64, 4096 * Blocks.PER_SEGMENT);

  private static Bucket bucket;
  private static Archive archive;
  private static byte[] good;
  private static Forgery forgery;

  @BeforeAll
  static void makeArchive() throws Exception {
    bucket = Bucket.create();
    archive = Make.archive(bucket, Make.PLAIN, VOLUME);
    forgery = new Forgery(bucket, archive);
    good = bucket.get(forgery.manifestKey());
  }

  @AfterAll
  static void closeBucket() {
    bucket.close();
  }

  private static Archive find() throws Exception {
    return Make.found(bucket.access(), archive.place(), archive.manifest().name());
  }

  private static void assertRefused(byte[] manifest) {
    bucket.put(forgery.manifestKey(), manifest);
    assertThatThrownBy(HostileManifestTest::find)
        .isInstanceOf(FspException.class)
        .hasMessageStartingWith("s3://" + bucket.name() + "/" + forgery.manifestKey() + " ")
        .message()
        .hasSizeLessThan(500)
        .matches("\\p{Print}+\\.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "null",
        "[]",
        "7",
        "\"fsp-archive\"",
        "{}",
        "{\"format\":\"fsp-archive\"}",
        "{\"format\":\"fsp-archive\",\"version\":1}",
        "{\"format\":\"tar\",\"version\":1}",
        "<?xml version=\"1.0\"?>",
        "{\"format\":{\"a\":1}}",
        "\u0000\u0001",
        "{\"format\":7}"
      })
  void whatIsNoManifestIsRefused(String text) {
    assertRefused(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aManifestOfAnotherArchiveIsRefused() throws Exception {
    Archive other = Make.archive(bucket, Make.PLAIN, VOLUME);

    assertRefused(bucket.get(other.manifest().name() + "/manifest.json"));
  }

  @Test
  void aManifestOfALaterVersionSaysSo() throws Exception {
    bucket.put(forgery.manifestKey(), good);
    forgery.manifest(manifest -> manifest.put("version", 2).put("new", true));

    assertThatThrownBy(HostileManifestTest::find)
        .isInstanceOf(FspException.class)
        .hasMessageContaining("version 2, written by a newer version of this tool");
  }

  @Test
  void aManifestWithoutTheRightDigestOfItselfIsRefused() {
    assertRefused(Arrays.copyOf(good, good.length - 1));
    assertRefused(Forgery.join(good, new byte[] {'\n'}));
    assertRefused(
        new String(good, StandardCharsets.UTF_8)
            .replace("\"version\" : 1", "\"version\" :  1")
            .getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aHugeManifestIsRefusedWithoutReadingAllOfIt() {
    byte[] huge = new byte[5 << 20];
    Arrays.fill(huge, (byte) ' ');
    System.arraycopy(good, 0, huge, huge.length - good.length, good.length);
    assertRefused(huge);

    byte[] deep = new byte[4 << 20];
    Arrays.fill(deep, (byte) '[');
    assertRefused(deep);
  }

  static Stream<Map.Entry<String, Consumer<ObjectNode>>> lies() {
    Map<String, Consumer<ObjectNode>> lies = new LinkedHashMap<>();
    lies.put("version 0", m -> m.put("version", 0));
    lies.put("no version", m -> m.remove("version"));
    lies.put("an unknown field", m -> m.put("more", 1));
    lies.put("no bytes", m -> m.put("bytes", 0));
    lies.put("negative bytes", m -> m.put("bytes", -1));
    lies.put("bytes as text", m -> m.put("bytes", "33554432"));
    lies.put("half a byte", m -> m.put("bytes", 1.5));
    lies.put("more bytes than a long", m -> m.put("bytes", 1e30));
    lies.put("bytes null", m -> m.putNull("bytes"));
    lies.put("bytes beyond the volume", m -> m.put("bytes", 1L << 40));
    lies.put("bytes that cut the index off", m -> m.put("bytes", 1L << 30));
    lies.put("volume of 0 GiB", m -> m.put("volume_gib", 0));
    lies.put("volume above 64 TiB", m -> m.put("volume_gib", 65_537).put("bytes", 65_537L << 30));
    lies.put("small blocks", m -> m.put("block_size", 4096));
    lies.put("short segments", m -> m.put("segment_blocks", 32));
    lies.put("objects of 3 blocks", m -> m.put("object_blocks", 3));
    lies.put("fewer blocks", m -> m.put("blocks", 3));
    lies.put("more blocks", m -> m.put("blocks", 5));
    lies.put("negative blocks", m -> m.put("blocks", -4));
    lies.put("written backwards", m -> m.put("written", -1));
    lies.put("cleared backwards", m -> m.put("cleared", -1));
    lies.put("no origin", m -> m.putNull("origin"));
    lies.put("an origin of another kind", m -> m.withObject("/origin").put("kind", "tape"));
    lies.put("an origin without id", m -> m.withObject("/origin").putNull("id"));
    lies.put("no checksum", m -> m.putNull("checksum"));
    lies.put("a checksum that is none", m -> m.put("checksum", "abc"));
    lies.put("no time", m -> m.putNull("created"));
    lies.put("a time that is none", m -> m.put("created", "\u001b[31myesterday"));
    lies.put("a name that climbs", m -> m.put("name", "../" + m.get("name").asText()));
    lies.put("a name with an escape", m -> m.put("name", "\u001b[31m"));
    lies.put(
        "a parent that climbs",
        m -> m.putObject("parent").put("name", "../x").put("manifest_sha256", "0".repeat(64)));
    lies.put(
        "a parent without digest",
        m -> m.putObject("parent").put("name", "x").put("manifest_sha256", ""));
    liesOfSections(lies);
    return lies.entrySet().stream();
  }

  private static void liesOfSections(Map<String, Consumer<ObjectNode>> lies) {
    lies.put("no sections", m -> m.remove("sections"));
    lies.put("sections null", m -> m.putNull("sections"));
    lies.put("a section null", m -> Forgery.sections(m).setNull(0));
    lies.put("sections missing", m -> Forgery.sections(m).remove(1));
    lies.put("a section twice", m -> Forgery.sections(m).add(Forgery.section(m, 1).deepCopy()));
    lies.put("sections out of order", m -> Forgery.sections(m).add(Forgery.sections(m).remove(0)));
    lies.put("a section that overlaps", m -> Forgery.section(m, 1).put("segment", 1));
    lies.put("a section before the first", m -> Forgery.section(m, 0).put("segment", -4096));
    lies.put("a section beyond the end", m -> Forgery.section(m, 1).put("segment", 8192));
    lies.put("a section without key", m -> Forgery.section(m, 0).putNull("key"));
    lies.put("a section without digest", m -> Forgery.section(m, 0).putNull("sha256"));
    for (String key :
        new String[] {
          "../secret", "/etc/passwd", "other/index/0000000.%s.zst", "%s", "", "\u001b[31m"
        }) {
      lies.put(
          "the key " + key.replace("\u001b", "ESC"),
          m ->
              Forgery.section(m, 0)
                  .put("key", key.formatted(Forgery.section(m, 0).get("sha256").asText())));
    }
    for (String field : new String[] {"bytes", "lines", "blocks"}) {
      lies.put("a section with no " + field, m -> Forgery.section(m, 0).put(field, 0));
      lies.put("a section with negative " + field, m -> Forgery.section(m, 0).put(field, -1));
      lies.put(
          "a section with endless " + field,
          m -> Forgery.section(m, 0).put(field, Integer.MAX_VALUE));
    }
    lies.put(
        "blocks that add up by overflowing",
        m -> {
          Forgery.section(m, 0).put("blocks", Long.MAX_VALUE);
          Forgery.section(m, 1).put("blocks", Long.MAX_VALUE);
          m.put("blocks", -2);
        });
  }

  @ParameterizedTest
  @MethodSource("lies")
  void aLieIsRefused(Map.Entry<String, Consumer<ObjectNode>> lie) throws IOException {
    bucket.put(forgery.manifestKey(), good);
    forgery.manifest(lie.getValue());

    assertRefused(bucket.get(forgery.manifestKey()));
  }

  @Test
  void fieldsInAnotherOrderAreTheSameManifest() throws Exception {
    bucket.put(forgery.manifestKey(), good);
    forgery.manifest(manifest -> manifest.set("format", manifest.remove("format")));

    assertThat(find().manifest()).isEqualTo(archive.manifest());
  }

  @Test
  void aFieldThatIsThereTwiceIsRefused() throws Exception {
    String twice =
        new String(good, StandardCharsets.UTF_8)
            .replace("\"version\" : 1", "\"version\" : 1,\n  \"bytes\" : 1");
    String open = twice.substring(0, twice.lastIndexOf(" : \"") + 4);
    assertRefused(
        (open + Forgery.sha256(open.getBytes(StandardCharsets.UTF_8)) + "\"\n}\n")
            .getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "..", "../x", "a/b", ".hidden", "-x", "a b", "a\nb", "é"})
  void aNameThatIsNoneIsRefusedBeforeAnythingIsAsked(String name) {
    assertThatThrownBy(() -> Make.found(bucket.access(), archive.place(), name))
        .isInstanceOf(FspException.class)
        .hasMessageContaining("is not a name for an archive");
  }

  @Test
  void anArchiveThatIsNotThereIsNotFound() throws Exception {
    try (Archives archives = new Archives(bucket.access(), bucket.at(""))) {
      assertThat(archives.find("nothing-of-that-name")).isEmpty();
    }
  }
}
