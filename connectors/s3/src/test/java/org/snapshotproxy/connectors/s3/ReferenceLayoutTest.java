package org.snapshotproxy.connectors.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.FspException;

/** Archives that the reference tool wrote are read, and it can read those written here. */
class ReferenceLayoutTest {
  /** With runs, gaps, a whole segment, one over a segment's end, zeros, and the last block. */
  private static final Volume VOLUME = volume();

  private static final String DIGEST =
      ReferenceTool.name(0, new byte[Blocks.SIZE], 1).split("\\.")[1];

  private static Bucket bucket;
  private Gateway gateway;

  private static Volume volume() {
    Volume volume = Volume.of(Blocks.GIB, 0, 1, 2, 5, 62, 63, 64, 65, 500, 2047);
    for (int block = 128; block < 192; block++) {
      volume = volume.with(block, block % 3);
    }
    return volume;
  }

  @BeforeAll
  static void makeBucket() throws IOException {
    bucket = Bucket.create();
  }

  @AfterAll
  static void closeBucket() {
    bucket.close();
  }

  @BeforeEach
  void openGateway() throws IOException {
    gateway = new Gateway(S3Server.shared().url());
  }

  @AfterEach
  void closeGateway() {
    gateway.close();
  }

  /** Puts an archive as the reference tool does, and returns its name. */
  private static String written(Volume volume, int volumeGiB, UnaryOperator<byte[]> compression) {
    String name = Make.name();
    ReferenceTool.archive(name, volumeGiB, volume, compression).forEach(bucket::put);
    return name;
  }

  private ReferenceArchive find(String name) throws Exception {
    try (ReferenceArchives archives = new ReferenceArchives(gateway.access(), bucket.at(""))) {
      return archives.find(name).orElseThrow();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, true, true",
    "3, true, false",
    "3, false, false",
    "19, false, true",
    "20, false, false",
    "22, true, true"
  })
  void whatTheReferenceToolWroteIsRead(int level, boolean contentSize, boolean checksum)
      throws Exception {
    Volume volume = Volume.of(Blocks.GIB, 0, 1, 63, 64, 2047);
    String name = written(volume, 1, raw -> compress(raw, level, contentSize, checksum));

    ReferenceArchive archive = find(name);

    assertThat(archive.volumeGiB()).isEqualTo(1);
    Transfer.assertHolds(archive, volume);
  }

  private static byte[] compress(byte[] raw, int level, boolean contentSize, boolean checksum) {
    ByteBuffer in = ByteBuffer.allocateDirect(raw.length).put(raw).flip();
    ByteBuffer out = ByteBuffer.allocateDirect((int) Zstd.compressBound(raw.length) + 64);
    try (ZstdCompressCtx context = new ZstdCompressCtx()) {
      context.setLevel(level).setContentSize(contentSize).setChecksum(checksum);
      if (contentSize) {
        context.setPledgedSrcSize(raw.length);
      }
      // In two steps, so that the content's size cannot be found out by the library itself.
      in.limit(raw.length / 2);
      context.compressDirectByteBufferStream(out, in, EndDirective.CONTINUE);
      in.limit(raw.length);
      boolean done = false;
      while (!done) {
        done = context.compressDirectByteBufferStream(out, in, EndDirective.END);
      }
    }
    byte[] bytes = new byte[out.flip().remaining()];
    out.get(bytes);
    assertThat(Zstd.getFrameContentSize(bytes) > 0).isEqualTo(contentSize);
    return bytes;
  }

  @Test
  void everyKindOfRunIsRead() throws Exception {
    Transfer.assertHolds(find(written(VOLUME, 1, Zstd::compress)), VOLUME);
  }

  @Test
  void moreObjectsThanAPageAreRead() throws Exception {
    // Two keys a page, and so the directories too.
    gateway.when(
        request -> request.path().contains("list-type=2"),
        Integer.MAX_VALUE,
        Gateway.withPath(path -> path + "&max-keys=2"));

    Transfer.assertHolds(find(written(VOLUME, 1, Zstd::compress)), VOLUME);

    assertThat(gateway.count(request -> request.path().contains("continuation-token")))
        .isGreaterThan(3);
  }

  @Test
  void theReferenceToolCanReadWhatIsWrittenHere() throws Exception {
    String name = Make.name();
    ReferenceArchive archive = new ReferenceArchive(gateway.access(), bucket.at("p/"), name, 1);
    Transfer.all(new ReferenceDestination(archive, Make.options(64, 3), false), VOLUME);

    Map<String, byte[]> objects = bucket.objects("p/" + name + ".1/");
    assertThat(objects.keySet())
        .extracting(key -> key.substring("p/".length()))
        .containsExactlyElementsOf(ReferenceTool.archive(name, 1, VOLUME, Zstd::compress).keySet());
    Map<Integer, byte[]> restored = ReferenceTool.restore(objects);
    assertThat(restored.keySet()).isEqualTo(VOLUME.blocks().keySet());
    restored.forEach((block, bytes) -> assertThat(bytes).isEqualTo(VOLUME.block(block)));
    Transfer.assertHolds(archive, VOLUME);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 32})
  void smallerObjectsAreReadToo(int blocks) throws Exception {
    ReferenceArchive archive =
        new ReferenceArchive(gateway.access(), bucket.at(""), Make.name(), 1);

    Transfer.all(new ReferenceDestination(archive, Make.options(blocks, 1), false), VOLUME);

    Transfer.assertHolds(archive, VOLUME);
  }

  @Test
  void anArchiveIsNotFoundWholeBeforeItsRunHasEnded() throws Exception {
    ReferenceArchive archive =
        new ReferenceArchive(gateway.access(), bucket.at(""), Make.name(), 1);
    ReferenceDestination to = new ReferenceDestination(archive, Make.PLAIN, false);
    Volume nothing = new Volume(VOLUME.bytes(), new TreeMap<>());
    try (ReferenceArchives archives = new ReferenceArchives(gateway.access(), archive.place())) {
      assertThat(archives.look(archive)).isEqualTo(ReferenceArchives.Before.EMPTY);
      assertThat(archives.find(archive.name())).isEmpty();

      archives.begin(archive, Make.PLAIN);
      assertThat(archives.look(archive)).isEqualTo(ReferenceArchives.Before.INTERRUPTED);

      var receipts = Transfer.write(to, nothing, VOLUME);
      assertThat(archives.look(archive)).isEqualTo(ReferenceArchives.Before.INTERRUPTED);
      assertThatThrownBy(() -> archives.find(archive.name()))
          .isInstanceOf(FspException.class)
          .hasMessageContaining(archive.uri())
          .hasMessageContaining("is not whole");
      assertThatThrownBy(() -> Transfer.assertHolds(archive, VOLUME))
          .isInstanceOf(FspException.class)
          .hasMessageContaining("is not whole");

      Transfer.seal(to, receipts, "");
      Transfer.seal(to, receipts, "");
      assertThat(archives.look(archive)).isEqualTo(ReferenceArchives.Before.WHOLE);
    }
    Transfer.assertHolds(find(archive.name()), VOLUME);
  }

  @Test
  void aResumedRunPutsOnlyWhatIsMissing() throws Exception {
    ReferenceArchive archive =
        new ReferenceArchive(gateway.access(), bucket.at(""), Make.name(), 1);
    Transfer.all(new ReferenceDestination(archive, Make.PLAIN, false), VOLUME);
    String missing = bucket.keys(archive.name() + ".1/500.").get(0);
    bucket.delete(missing);
    gateway.forget();

    Transfer.all(new ReferenceDestination(archive, Make.PLAIN, true), VOLUME);

    assertThat(gateway.count(request -> request.method().equals("PUT"))).isOne();
    Transfer.assertHolds(archive, VOLUME);
  }

  @Test
  void archivesOfOneSnapshotForVolumesOfTwoSizesAreRefused() throws Exception {
    String name = written(VOLUME, 1, Zstd::compress);
    ReferenceTool.archive(name, 8, VOLUME, Zstd::compress).forEach(bucket::put);

    assertThatThrownBy(() -> find(name))
        .isInstanceOf(FspException.class)
        .hasMessageContaining(name + ".1/")
        .hasMessageContaining(name + ".8/");
    assertThat(find(name + ".1").volumeGiB()).isEqualTo(1);
    ReferenceArchive larger = find(name + ".8");
    assertThat(larger.volumeGiB()).isEqualTo(8);
    Transfer.assertHolds(larger, new Volume(8 * Blocks.GIB, VOLUME.blocks()));
  }

  @ParameterizedTest
  @ValueSource(strings = {".2", ".1.1", ".99999"})
  void aDirectoryThatIsNotThereIsNotFound(String size) throws Exception {
    String name = written(VOLUME, 1, Zstd::compress);

    try (ReferenceArchives archives = new ReferenceArchives(gateway.access(), bucket.at(""))) {
      assertThat(archives.find(name + size)).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {".0/", ".08/", ".65537/", ".x/", "./", ".8.8/", ".-1/", ".99999999999/"})
  void aDirectoryThatIsNoneOfASnapshotIsNotFound(String directory) throws Exception {
    String name = Make.name();
    bucket.put(name + directory + "0.x.1.zstd", new byte[0]);

    try (ReferenceArchives archives = new ReferenceArchives(gateway.access(), bucket.at(""))) {
      assertThat(archives.find(name)).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "readme.txt",
        "",
        "x/0.%s.1.zstd",
        "0.%s.1.zst",
        "00.%s.1.zstd",
        "01.%s.1.zstd",
        "0.%s.01.zstd",
        "0.%s.0.zstd",
        "0.%s.65.zstd",
        "0.%s.640.zstd",
        "63.%s.2.zstd",
        "-1.%s.1.zstd",
        "+1.%s.1.zstd",
        "2048.%s.1.zstd",
        "2147483648.%s.1.zstd",
        "99999999999999999999.%s.1.zstd",
        "0.AAAA.1.zstd",
        "0..1.zstd",
        "0.%s..zstd",
        "0.%s%s.1.zstd",
        "../0.%s.1.zstd",
        "0.%s.1.zstd.bak",
        " 0.%s.1.zstd"
      })
  void anObjectThatIsNoneOfTheArchiveIsNamed(String stray) throws Exception {
    Volume volume = Volume.of(Blocks.GIB, 1000);
    String name = written(volume, 1, Zstd::compress);
    String object = name + ".1/" + stray.replace("%s", DIGEST);
    bucket.put(object, new byte[] {1});

    assertThatThrownBy(() -> Transfer.assertHolds(find(name), volume))
        .isInstanceOf(FspException.class)
        .hasMessageContaining(object);
  }

  @Test
  void theUnusedBitsOfADigestAreNotASecondNameForIt() throws Exception {
    Volume volume = Volume.of(Blocks.GIB, 1000);
    String name = written(volume, 1, Zstd::compress);
    char[] other = DIGEST.toCharArray();
    other[42]++;
    bucket.put(name + ".1/0." + new String(other) + ".1.zstd", new byte[] {1});

    assertThatThrownBy(() -> Transfer.assertHolds(find(name), volume))
        .isInstanceOf(FspException.class)
        .hasMessageContaining(name + ".1/0.");
  }

  @ParameterizedTest
  @CsvSource({"0, 4, 0, 1", "0, 4, 3, 1", "0, 4, 2, 4", "3, 1, 3, 1", "9, 3, 10, 2", "2, 9, 10, 1"})
  void objectsThatHoldTheSameBlockAreRefused(int first, int count, int second, int others)
      throws Exception {
    String name = Make.name();
    for (int[] run : new int[][] {{first, count, 1}, {second, others, 2}}) {
      byte[] raw = new byte[run[1] * Blocks.SIZE];
      raw[0] = (byte) run[2];
      bucket.put(name + ".1/" + ReferenceTool.name(run[0], raw, run[1]), Zstd.compress(raw));
    }

    assertThatThrownBy(() -> Transfer.assertHolds(find(name), VOLUME))
        .isInstanceOf(FspException.class)
        .hasMessageContaining(name + ".1/" + first + ".")
        .hasMessageContaining("hold the same block");
  }

  @Test
  void anObjectWithOtherContentThanItsNameIsRefused() throws Exception {
    Volume volume = Volume.of(Blocks.GIB, 3, 4);
    String name = written(volume, 1, Zstd::compress);
    String key = bucket.keys(name).get(0);
    byte[] good = bucket.get(key);

    assertRefused(name, volume, key, Zstd.compress(new byte[2 * Blocks.SIZE]));
    assertRefused(name, volume, key, Zstd.compress(volume.block(3)));
    assertRefused(name, volume, key, Zstd.compress(new byte[3 * Blocks.SIZE]));
    assertRefused(name, volume, key, Forgery.join(good, good));
    assertRefused(name, volume, key, Forgery.join(good, new byte[] {0}));
    assertRefused(name, volume, key, new byte[0]);
    assertRefused(name, volume, key, new byte[] {0x28, (byte) 0xB5});
    assertRefused(name, volume, key, Forgery.join(volume.block(3), volume.block(4)));
    bucket.put(key, good);
    Transfer.assertHolds(find(name), volume);
  }

  private void assertRefused(String name, Volume volume, String key, byte[] object) {
    bucket.put(key, object);
    assertThatThrownBy(() -> Transfer.assertHolds(find(name), volume))
        .isInstanceOf(FspException.class)
        .hasMessageContaining(key)
        .hasMessageContaining("nothing of it was used");
  }

  @Test
  void anObjectThatIsGoneSinceTheListingIsNamed() throws Exception {
    Volume volume = Volume.of(Blocks.GIB, 3);
    String name = written(volume, 1, Zstd::compress);
    ReferenceArchive archive = find(name);
    try (ReferenceLister lister = new ReferenceLister(archive, false);
        ReferenceReader reader = new ReferenceReader(archive)) {
      var descriptor = lister.list(0, 1).descriptors().get(0);
      bucket.delete(bucket.keys(name).get(0));

      assertThatThrownBy(() -> Transfer.read(reader, descriptor))
          .isInstanceOf(FspException.class)
          .hasMessageContaining(name + ".1/3.")
          .hasMessageContaining("is missing");
    }
  }
}
