package org.snapshotproxy.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Any two kinds of place are compared: snapshot, file, block device, archive. */
@Tag("either-line")
class VerifyPairsTest {
  private static final int CHANGED = 75;

  /** The device is shorter than the volume, whose rest is zeros: it takes seconds to read. */
  private static final long DEVICE_BLOCKS = 80;

  /** The same volume in each kind of place, and one with another block in each. */
  private static final Map<String, String> SAME = new TreeMap<>();

  private static final Map<String, String> OTHER = new TreeMap<>();

  private static TestCloud cloud;
  private static TestBucket bucket;
  private static LoopDevice sameDevice;
  private static LoopDevice otherDevice;

  @BeforeAll
  static void fill(@TempDir Path directory) throws Exception {
    cloud = TestCloud.start();
    bucket = new TestBucket();
    Map<Integer, byte[]> blocks = new TreeMap<>();
    for (int block : new int[] {0, 63, 64, 79}) {
      blocks.put(block, Witness.block(block % 50 + 1));
    }
    blocks.put(70, Witness.block(0));
    sameDevice = fill(SAME, blocks, Files.createDirectory(directory.resolve("same")));
    blocks.put(CHANGED, Witness.block(9));
    otherDevice = fill(OTHER, blocks, Files.createDirectory(directory.resolve("other")));
  }

  private static LoopDevice fill(
      Map<String, String> places, Map<Integer, byte[]> blocks, Path directory) throws Exception {
    Witness virginia = cloud.in("us-east-1");
    String id = virginia.completed(1, blocks);
    places.put("snapshot", id);
    Path file = virginia.restore(id, directory.resolve("volume"));
    places.put("file", file.toString());
    bucket.fsp(cloud, "movetos3", id, bucket.name()).succeeded();
    places.put("archive", "s3://" + bucket.name() + "/" + id);
    if (!Shell.works("losetup", "--find")) {
      return null; // the pairs with a device are left out
    }
    LoopDevice device = LoopDevice.fullOfGarbage(directory, DEVICE_BLOCKS * DiskImage.BLOCK);
    Shell.run(
        "dd",
        "if=" + file,
        "of=" + device.path(),
        "bs=" + DiskImage.BLOCK,
        "count=" + DEVICE_BLOCKS,
        "status=none");
    places.put("device", device.path().toString());
    return device;
  }

  @AfterAll
  static void stop() throws Exception {
    if (sameDevice != null) {
      sameDevice.close();
      otherDevice.close();
    }
    bucket.close();
    cloud.close();
  }

  static Stream<Arguments> pairs() {
    return SAME.keySet().stream()
        .flatMap(
            first ->
                SAME.keySet().stream()
                    .filter(second -> first.compareTo(second) <= 0)
                    .map(second -> Arguments.of(first, second)));
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void twoPlacesAreEqualUntilABlockDiffers(String first, String second) throws Exception {
    String one = SAME.get(first);

    Invocation equal = bucket.fsp(cloud, "verify", one, SAME.get(second));
    assertThat(equal.out())
        .as(equal.err())
        .startsWith(one + " and " + SAME.get(second) + " are equal: ");
    assertThat(equal.code()).isZero();

    String other = OTHER.get(second);
    Invocation different = bucket.fsp(cloud, "verify", one, other);
    assertThat(different.lines()).as(different.err()).hasSize(2);
    assertThat(different.lines().get(0))
        .isEqualTo("differs: blocks 75-75, bytes 39321600-39845887");
    assertThat(different.lastLine()).startsWith(one + " and " + other + " differ in 1 of ");
    assertThat(different.code()).isEqualTo(1);
  }
}
