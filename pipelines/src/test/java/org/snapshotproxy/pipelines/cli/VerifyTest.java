package org.snapshotproxy.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Equal is told of what reads the same, and only of that. */
class VerifyTest {
  private static final Map<Integer, byte[]> BLOCKS =
      Map.of(
          0, Witness.block(1), 5, Witness.block(0), 64, Witness.block(2), 2047, Witness.block(3));

  @TempDir Path directory;
  private TestCloud cloud;
  private Witness virginia;
  private String id;

  @BeforeEach
  void start() throws Exception {
    cloud = TestCloud.start();
    virginia = cloud.in("us-east-1");
    id = virginia.completed(1, BLOCKS);
  }

  @AfterEach
  void stop() throws Exception {
    cloud.close();
  }

  private static void assertEqual(Invocation verify, String a, String b, long bytes) {
    assertThat(verify.code()).as(verify.err()).isZero();
    assertThat(verify.lines())
        .containsExactly(
            String.format(
                "%s and %s are equal: %d blocks, %d bytes compared.",
                a, b, (bytes + DiskImage.BLOCK - 1) / DiskImage.BLOCK, bytes));
  }

  private static void assertDiffer(Invocation verify, String... lines) {
    assertThat(verify.lines()).as(verify.err()).containsExactly(lines);
    assertThat(verify.code()).isEqualTo(1);
  }

  private Path restored(String name) throws Exception {
    return virginia.restore(id, directory.resolve(name));
  }

  private static void flipOneBit(Path file, long offset) throws Exception {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.seek(offset);
      int old = bytes.read();
      bytes.seek(offset);
      bytes.write(old ^ 1);
    }
  }

  private Path file(String name, long size, Map<Long, Integer> bytes) throws Exception {
    Path file = directory.resolve(name);
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(size);
      for (Map.Entry<Long, Integer> each : bytes.entrySet()) {
        sparse.seek(each.getKey());
        sparse.write(each.getValue());
      }
    }
    return file;
  }

  @Test
  void aSnapshotAndWhatAVolumeOfItHoldsAreEqual() throws Exception {
    String volume = restored("volume").toString();

    Invocation verify = cloud.fsp("verify", id, volume);

    assertEqual(verify, id, volume, DiskImage.GIB);
    assertThat(verify.err()).isEmpty();
    assertThat(cloud.answered("GetSnapshotBlock")).isGreaterThanOrEqualTo(BLOCKS.size());
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 5L * DiskImage.BLOCK + 77, 700L * DiskImage.BLOCK, DiskImage.GIB - 1})
  void oneFlippedBitIsFoundWhereverItIs(long offset) throws Exception {
    Path volume = restored("volume");
    flipOneBit(volume, offset);
    long block = offset / DiskImage.BLOCK;

    Invocation verify = cloud.fsp("verify", volume.toString(), id);

    assertDiffer(
        verify,
        String.format(
            "differs: blocks %d-%d, bytes %d-%d",
            block, block, block * DiskImage.BLOCK, (block + 1) * DiskImage.BLOCK - 1),
        volume + " and " + id + " differ in 1 of 2048 blocks.");
    assertThat(verify.err()).isEmpty();
  }

  @Test
  void anImageOfManySegmentsAndItsSnapshotAreEqual() throws Exception {
    Path image = DiskImage.sparse(3 * DiskImage.GIB - 999, 4).create(directory.resolve("disk.img"));
    String snapshot =
        cloud.fsp("upload", image.toString(), "-d", "us-east-1").succeeded().lastLine();

    Invocation verify = cloud.fsp("verify", image.toString(), snapshot);

    assertEqual(verify, image.toString(), snapshot, 3 * DiskImage.GIB);
  }

  @Test
  void aHoleAndABlockOfZerosAreEqual() throws Exception {
    Map<Integer, byte[]> fewer = new TreeMap<>(BLOCKS);
    fewer.remove(5);
    String without = virginia.completed(1, fewer);

    assertEqual(cloud.fsp("verify", id, without), id, without, DiskImage.GIB);
    assertEqual(cloud.fsp("verify", without, id), without, id, DiskImage.GIB);
  }

  @Test
  void aBlockThatASnapshotLostDiffersFromItsData() throws Exception {
    String lost = virginia.completed(1, BLOCKS);
    cloud.control().loseBlocks(lost, 64, 1);

    String range = "differs: blocks 64-64, bytes 33554432-34078719";
    assertDiffer(
        cloud.fsp("verify", id, lost), range, id + " and " + lost + " differ in 1 of 2048 blocks.");
    assertDiffer(
        cloud.fsp("verify", lost, id), range, lost + " and " + id + " differ in 1 of 2048 blocks.");
  }

  @Test
  void adjacentBlocksAreOneRangeAcrossSegments() throws Exception {
    Map<Integer, byte[]> more = new TreeMap<>(BLOCKS);
    for (int block = 120; block < 140; block++) {
      more.put(block, Witness.block(9));
    }
    more.put(300, Witness.block(9));
    String other = virginia.completed(1, more);

    assertDiffer(
        cloud.fsp("verify", other, id),
        "differs: blocks 120-139, bytes 62914560-73400319",
        "differs: blocks 300-300, bytes 157286400-157810687",
        other + " and " + id + " differ in 21 of 2048 blocks.");
  }

  @Test
  void aFileEqualsTheLongerVolumeWhoseRestIsZeros() throws Exception {
    Path image = DiskImage.full(600_000, 3).create(directory.resolve("disk.img"));
    String snapshot =
        cloud.fsp("upload", image.toString(), "-d", "us-east-1").succeeded().lastLine();
    String larger =
        cloud
            .fsp("upload", image.toString(), "-d", "us-east-1", "--volume-size", "2")
            .succeeded()
            .lastLine();

    String path = image.toString();
    assertEqual(cloud.fsp("verify", path, snapshot), path, snapshot, DiskImage.GIB);
    assertEqual(cloud.fsp("verify", larger, path), larger, path, 2 * DiskImage.GIB);
    assertEqual(cloud.fsp("verify", snapshot, larger), snapshot, larger, 2 * DiskImage.GIB);
  }

  @Test
  void dataBehindTheEndOfTheShorterPlaceIsADifference() throws Exception {
    String shorter = file("short", 600_000, Map.of(3L, 1)).toString();
    String longer = file("long", 700_000, Map.of(3L, 1, 650_000L, 7)).toString();

    assertDiffer(
        cloud.fsp("verify", shorter, longer),
        "differs: blocks 1-1, bytes 524288-699999",
        shorter + " and " + longer + " differ in 1 of 2 blocks.");
  }

  @Test
  void whatALongerDeviceHoldsBehindTheOtherPlaceIsNotComparedAndToldOf() throws Exception {
    try (LoopDevice device = LoopDevice.fullOfGarbage(directory, 4L * DiskImage.BLOCK)) {
      Path image = directory.resolve("disk.img");
      byte[] start = new byte[600_000];
      Arrays.fill(start, (byte) 0xEE);
      Files.write(image, start);
      String path = image.toString();
      String garbage = device.path().toString();

      Invocation verify = cloud.fsp("verify", path, garbage);

      assertEqual(verify, path, garbage, 600_000);
      assertThat(verify.err())
          .hasLineCount(1)
          .contains("the last 1497152 bytes of " + garbage + ", behind the end of " + path);

      flipOneBit(image, 599_999);
      assertDiffer(
          cloud.fsp("verify", garbage, path),
          "differs: blocks 1-1, bytes 524288-599999",
          garbage + " and " + path + " differ in 1 of 2 blocks.");
    }
  }

  @Test
  void aDeviceThatIsTooShortForTheSnapshotDiffers() throws Exception {
    try (LoopDevice device = LoopDevice.fullOfGarbage(directory, DiskImage.BLOCK)) {
      String one = virginia.completed(1, Map.of(0, Witness.block(0xEE), 1, Witness.block(1)));

      assertDiffer(
          cloud.fsp("verify", one, device.path().toString()),
          "differs: blocks 1-1, bytes 524288-1048575",
          one + " and " + device.path() + " differ in 1 of 2048 blocks.");
    }
  }

  @Test
  void snapshotsOfTwoRegionsAreCompared() throws Exception {
    String copy =
        cloud.fsp("copy", id, "-o", "us-east-1", "-d", "eu-west-1").succeeded().lastLine();
    String a = "ebs://us-east-1/" + id;
    String b = "ebs://eu-west-1/" + copy;

    assertEqual(
        cloud.fsp("verify", id, copy, "-o", "us-east-1", "-d", "eu-west-1"),
        id,
        copy,
        DiskImage.GIB);
    assertEqual(cloud.fsp("verify", b, a, "-o", "ap-south-1"), b, a, DiskImage.GIB);
  }

  @Test
  void ofVeryManyRangesTheFirstAreListedAndAllAreCounted() throws Exception {
    Map<Long, Integer> everySecondBlock = new TreeMap<>();
    for (long block = 0; block < 2048; block += 2) {
      everySecondBlock.put(block * DiskImage.BLOCK, 1);
    }
    String dotted = file("dotted", DiskImage.GIB, everySecondBlock).toString();
    String empty = file("empty", DiskImage.GIB, Map.of()).toString();

    Invocation verify = cloud.fsp("verify", dotted, empty);

    List<String> expected =
        IntStream.range(0, 1000)
            .mapToObj(
                i ->
                    String.format(
                        "differs: blocks %d-%d, bytes %d-%d",
                        2 * i, 2 * i, 2L * i * 524288, (2L * i + 1) * 524288 - 1))
            .toList();
    assertThat(verify.lines()).hasSize(1001).startsWith(expected.toArray(String[]::new));
    assertThat(verify.lastLine())
        .isEqualTo(dotted + " and " + empty + " differ in 1024 of 2048 blocks.");
    assertThat(verify.err()).hasLineCount(1).contains("first 1000 of 1024 differing ranges");
    assertThat(verify.code()).isEqualTo(1);
  }

  @Test
  void theResultAsOneJsonObject() throws Exception {
    Path volume = restored("volume");
    flipOneBit(volume, DiskImage.GIB - 1);

    Invocation verify = cloud.fsp("verify", id, volume.toString(), "--json");

    assertThat(verify.code()).isEqualTo(1);
    assertThat(verify.out()).hasLineCount(1);
    JsonNode json = new ObjectMapper().readTree(verify.out());
    assertThat(json.get("equal").asBoolean()).isFalse();
    assertThat(json.get("blocks").asLong()).isEqualTo(2048);
    assertThat(json.get("bytes").asLong()).isEqualTo(DiskImage.GIB);
    assertThat(json.get("differing_blocks").asLong()).isEqualTo(1);
    assertThat(json.get("ranges")).hasSize(1);
    assertThat(json.get("ranges").get(0).get("first_block").asLong()).isEqualTo(2047);
    assertThat(json.get("ranges").get(0).get("last_byte").asLong()).isEqualTo(DiskImage.GIB - 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"corrupt:op=GetSnapshotBlock", "access-denied:op=GetSnapshotBlock"})
  void whatCannotBeReadIsAFailureAndNoDifference(String fault) throws Exception {
    String volume = restored("volume").toString();
    cloud.control().addFault(fault);

    Invocation verify = cloud.fsp("verify", id, volume);

    assertThat(verify.code()).isEqualTo(1);
    assertThat(verify.out()).isEmpty();
    assertThat(verify.err()).contains("fsp: ").contains("lock");
  }

  @Test
  void aFileThatChangesMeanwhileIsAFailure() throws Exception {
    Path volume = restored("volume");
    cloud.control().addFault("stall:op=GetSnapshotBlock,n=1");
    Thread writer =
        new Thread(
            () -> {
              try {
                Await.until(
                    "blocks being read",
                    () -> cloud.control().faults().stream().anyMatch(f -> f.happened() > 0));
                flipOneBit(volume, 0);
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    writer.start();

    Invocation verify = cloud.fsp("verify", id, volume.toString());

    writer.join();
    assertThat(verify.code()).isEqualTo(1);
    assertThat(verify.out()).isEmpty();
    assertThat(verify.err()).contains(volume + " changed while it was read");
  }

  @Test
  void aDryRunChecksBothPlaces() throws Exception {
    Path missing = directory.resolve("missing");

    Invocation dry = cloud.fsp("verify", id, missing.toString(), "--dry-run");

    assertThat(dry.code()).isEqualTo(1);
    assertThat(dry.out())
        .contains("ok       ebs:GetSnapshotBlock on " + id)
        .contains("FAILED   origin " + missing);
  }

  @Test
  void onePlaceAloneIsNotEnough() {
    Invocation verify = cloud.fsp("verify", id);

    assertThat(verify.code()).isEqualTo(2);
    assertThat(verify.err()).hasLineCount(1).contains("two places");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ebs://us-east-1/disk.img", "ebs:snap-123", "ebs://snap-123"})
  void anAddressThatIsNoSnapshotsIsRefused(String address) {
    Invocation verify = cloud.fsp("verify", id, address);

    assertThat(verify.code()).isEqualTo(2);
    assertThat(verify.err()).hasLineCount(1).contains("is not a snapshot");
  }
}
