package org.snapshotproxy.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A target that held the first snapshot holds the second afterwards, byte for byte. */
@Tag("either-line")
class DeltaDownloadTest {
  private static final String T = "[0-9]+\\.[0-9]{2}";

  @TempDir Path directory;
  @TempDir Path endpoint;
  private TestCloud cloud;
  private Witness virginia;

  @BeforeEach
  void start() throws Exception {
    cloud = TestCloud.start(config -> config.dataDirectory(endpoint));
    virginia = cloud.in("us-east-1");
  }

  @AfterEach
  void stop() throws Exception {
    cloud.close();
  }

  private Invocation delta(Lineage pair, Path target, String... options) {
    return cloud.fsp(
        Stream.concat(
                Stream.of("deltadownload", pair.first(), pair.second(), target.toString()),
                Stream.of(options))
            .toArray(String[]::new));
  }

  private Path holdingTheFirst(Lineage pair) throws IOException {
    return virginia.restore(pair.first(), directory.resolve("disk.img"));
  }

  private void assertHolds(String id, Path target) throws IOException {
    Path expected = virginia.restore(id, directory.resolve("expected"));
    Shell.assertSameBytes(expected, target);
    Files.delete(expected);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static void flip(Path file, long offset) throws IOException {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.seek(offset);
      int old = open.read();
      open.seek(offset);
      open.write(old ^ 1);
    }
  }

  @Test
  void aFileBecomesTheSecondSnapshotAndTheLinesSayWhatItTook() throws Exception {
    Lineage pair = Lineage.sparse(cloud, virginia, 1);
    Path target = holdingTheFirst(pair);
    cloud.control().counters().reset();

    Invocation delta = delta(pair, target);

    assertThat(delta.code()).as(delta.err()).isZero();
    assertThat(delta.lines()).hasSize(3);
    assertThat(delta.lines().get(0)).matches(pair.line());
    assertThat(delta.lines().get(1)).isEqualTo("['" + target + "']");
    assertThat(delta.lines().get(2))
        .matches("deltadownload took " + T + " seconds at " + T + " bytes/sec\\.");
    assertThat(delta.err()).isEmpty();
    assertThat(cloud.answered("GetSnapshotBlock")).isEqualTo(pair.changes().size());
    assertHolds(pair.second(), target);
    assertThat(names()).containsExactly("disk.img");
  }

  @Test
  void aDensePairThroughFaultsComesWhole() throws Exception {
    Lineage pair = Lineage.dense(cloud, virginia);
    Path target = holdingTheFirst(pair);
    cloud.control().addFault("short-page:size=7");
    cloud.control().addFault("empty-page:p=0.2");
    cloud.control().addFault("expired-page-token:every=9");
    cloud.control().addFault("expired-block-token:n=3");
    cloud.control().addFault("corrupt:p=0.05");
    cloud.control().addFault("throttle:p=0.05,op=ListChangedBlocks+GetSnapshotBlock");

    Invocation delta = delta(pair, target);

    cloud.control().clearFaults();
    assertThat(delta.code()).as(delta.err()).isZero();
    assertThat(delta.lines().get(0)).matches(pair.line());
    assertHolds(pair.second(), target);
  }

  @Test
  void everythingSentReadsTheSame() throws Exception {
    Lineage pair = Lineage.sparse(cloud, virginia, 1);
    Path target = holdingTheFirst(pair);
    cloud.control().counters().reset();

    Invocation delta = delta(pair, target, "-f");

    assertThat(delta.code()).as(delta.err()).isZero();
    assertThat(delta.lines().get(0)).matches(pair.line());
    assertThat(cloud.answered("GetSnapshotBlock")).isEqualTo(virginia.listed(pair.second()).size());
    assertHolds(pair.second(), target);
  }

  @Test
  void aFileGrowsWithItsVolume() throws Exception {
    Lineage pair = Lineage.sparse(cloud, virginia, 2);
    Path target = holdingTheFirst(pair);

    Invocation delta = delta(pair, target);

    assertThat(delta.code()).as(delta.err()).isZero();
    assertThat(delta.lines().get(0)).matches(pair.line());
    assertHolds(pair.second(), target);
    assertHolds(pair.second(), repeated(pair, target));
  }

  private Path repeated(Lineage pair, Path target) {
    delta(pair, target).succeeded();
    return target;
  }

  @Test
  void aDeviceWithGarbageWhereTheVolumeGrowsBecomesTheSecondSnapshot() throws Exception {
    Lineage pair = Lineage.sparse(cloud, virginia, 2);
    try (LoopDevice device = LoopDevice.fullOfGarbage(directory, 2 * DiskImage.GIB)) {
      Path first = holdingTheFirst(pair);
      Shell.run("dd", "if=" + first, "of=" + device.path(), "bs=1M", "conv=notrunc");

      Invocation delta = delta(pair, device.path());

      assertThat(delta.code()).as(delta.err()).isZero();
      assertThat(delta.lines().get(0)).matches(pair.line());
      assertHolds(pair.second(), device.path());
    }
  }

  @Test
  void aDeviceTooSmallForTheSecondVolumeIsRefused() throws Exception {
    Lineage pair = Lineage.sparse(cloud, virginia, 2);
    try (LoopDevice device = LoopDevice.fullOfGarbage(directory, DiskImage.GIB)) {
      Invocation delta = delta(pair, device.path());

      assertThat(delta.code()).isEqualTo(1);
      assertThat(delta.err()).contains("too small").hasLineCount(1);
    }
  }

  @Test
  void aRunThatFailedIsFinishedByRepeatingIt() throws Exception {
    Lineage pair = Lineage.dense(cloud, virginia);
    Path target = holdingTheFirst(pair);
    cloud.control().addFault("access-denied:op=GetSnapshotBlock,block=1900-2047");

    Invocation failed = delta(pair, target);

    assertThat(failed.code()).isEqualTo(1);
    assertThat(failed.out()).isEmpty();
    assertThat(failed.err())
        .contains(target + " is now partly " + pair.first() + " and partly " + pair.second())
        .contains("repeat the command to finish it")
        .hasLineCount(2);
    assertThat(names()).containsExactly(".disk.img.fsp-delta", "disk.img");
    assertUploadIsRefused(pair, target);
    cloud.control().clearFaults();

    Invocation verified = delta(pair, target, "--verify-base");
    assertThat(verified.code()).isEqualTo(1);
    assertThat(verified.err()).contains("leave out --verify-base").hasLineCount(1);

    delta(pair, target).succeeded();
    assertHolds(pair.second(), target);
    assertThat(names()).containsExactly("disk.img");
  }

  private void assertUploadIsRefused(Lineage pair, Path target) {
    Invocation upload = cloud.fsp("upload", target.toString());
    assertThat(upload.code()).isEqualTo(1);
    assertThat(upload.err())
        .contains("deltadownload " + pair.first() + " " + pair.second())
        .hasLineCount(1);
  }

  @Test
  void aFileLeftHalfwayByAnotherPairIsRefusedUntilAWholeSnapshotIsDownloaded() throws Exception {
    Lineage pair = Lineage.sparse(cloud, virginia, 1);
    Path target = holdingTheFirst(pair);
    cloud.control().addFault("access-denied:op=GetSnapshotBlock");
    assertThat(delta(pair, target).code()).isEqualTo(1);
    cloud.control().clearFaults();
    String third = virginia.child(pair.first(), 1, Map.of(9, Witness.block(9)));

    Invocation other = cloud.fsp("deltadownload", pair.first(), third, target.toString());
    assertThat(other.code()).isEqualTo(1);
    assertThat(other.err()).contains(pair.second(), "download a whole snapshot").hasLineCount(1);

    cloud.fsp("download", pair.first(), target.toString()).succeeded();
    assertThat(names()).containsExactly("disk.img");
    cloud.fsp("deltadownload", pair.first(), third, target.toString()).succeeded();
    assertHolds(third, target);
  }

  @Test
  void aFileOfAnotherLengthIsRefusedAndStaysAsItWas() throws Exception {
    Lineage pair = Lineage.sparse(cloud, virginia, 1);
    Path target = Files.writeString(directory.resolve("disk.img"), "no volume");

    Invocation delta = delta(pair, target);

    assertThat(delta.code()).isEqualTo(1);
    assertThat(delta.err()).contains("has 9 bytes", "is not that snapshot").hasLineCount(1);
    assertThat(target).hasContent("no volume");
    assertThat(names()).containsExactly("disk.img");
  }

  @Test
  void aMissingFileIsRefused() throws Exception {
    Lineage pair = Lineage.sparse(cloud, virginia, 1);

    Invocation delta = delta(pair, directory.resolve("disk.img"));

    assertThat(delta.code()).isEqualTo(1);
    assertThat(delta.err()).contains("There is no file or block device").hasLineCount(1);
  }

  @Test
  void aBaseThatIsTheFirstSnapshotIsVerifiedAndThenWritten() throws Exception {
    Lineage pair = Lineage.sparse(cloud, virginia, 2);
    Path target = holdingTheFirst(pair);
    cloud.control().counters().reset();

    delta(pair, target, "--verify-base").succeeded();

    assertThat(cloud.answered("GetSnapshotBlock"))
        .isEqualTo(pair.firstBlocks().size() + pair.changes().size());
    assertHolds(pair.second(), target);
  }

  @Test
  void oneWrongByteOfTheBaseIsFoundAndNothingIsWritten() throws Exception {
    Lineage pair = Lineage.sparse(cloud, virginia, 1);
    Path target = holdingTheFirst(pair);
    flip(target, 701L * DiskImage.BLOCK + 12_345);

    assertIsFoundWrong(pair, target, 701);
  }

  @Test
  void oneWrongByteWhereTheBaseHasNoBlockIsFoundAndNothingIsWritten() throws Exception {
    Lineage pair = Lineage.sparse(cloud, virginia, 1);
    Path target = holdingTheFirst(pair);
    flip(target, DiskImage.GIB - 3L * DiskImage.BLOCK + 77);

    assertIsFoundWrong(pair, target, 2045);
  }

  private void assertIsFoundWrong(Lineage pair, Path target, int block) throws Exception {
    Path before = Files.copy(target, directory.resolve("before"));

    Invocation delta = delta(pair, target, "--verify-base=full");

    assertThat(delta.code()).isEqualTo(1);
    assertThat(delta.out()).isEmpty();
    assertThat(delta.err())
        .contains(pair.first(), "block " + block, "byte offset " + (long) block * DiskImage.BLOCK)
        .hasLineCount(1);
    Shell.assertSameBytes(before, target);
    assertThat(names()).containsExactly("before", "disk.img");
  }

  @Test
  void aSampleOfASmallBaseIsAllOfIt() throws Exception {
    // Seven segments hold blocks, fewer than the least sample.
    Lineage pair = Lineage.sparse(cloud, virginia, 1);
    Path target = holdingTheFirst(pair);
    flip(target, 1023L * DiskImage.BLOCK);

    Invocation delta = delta(pair, target, "--verify-base=sample");

    assertThat(delta.code()).isEqualTo(1);
    assertThat(delta.err()).contains("block 1023").hasLineCount(1);
  }

  @Test
  void aVerificationThatIsNeitherFullNorASampleIsWrongUsage() throws Exception {
    for (String value : new String[] {"--verify-base=most", "--verify-base=", "--verify-base"}) {
      Invocation delta = cloud.fsp("deltadownload", value, "snap-0123", "snap-4567", "disk.img");

      assertThat(delta.code()).as(value).isEqualTo(2);
      assertThat(delta.out()).isEmpty();
    }
  }

  @Test
  void skippingZerosIsRefused() throws Exception {
    Lineage pair = Lineage.sparse(cloud, virginia, 1);

    Invocation delta = delta(pair, holdingTheFirst(pair), "-D", "fsp.skip-zeros=true");

    assertThat(delta.code()).isEqualTo(2);
    assertThat(delta.err()).contains("fsp.skip-zeros").hasLineCount(1);
  }

  @Test
  void jsonTellsChangedAndClearedBlocksApart() throws Exception {
    Lineage pair = Lineage.sparse(cloud, virginia, 2);
    Path target = holdingTheFirst(pair);

    Invocation delta = delta(pair, target, "-f", "--json").succeeded();

    JsonNode json = new ObjectMapper().readTree(delta.out());
    assertThat(json.get("command").asText()).isEqualTo("deltadownload");
    assertThat(json.get("first_snapshot").asText()).isEqualTo(pair.first());
    assertThat(json.get("second_snapshot").asText()).isEqualTo(pair.second());
    assertThat(json.get("chunks").asLong()).isEqualTo(pair.differing());
    assertThat(json.get("bytes").asLong()).isEqualTo(pair.differing() * 524_288L);
    assertThat(json.get("changed").asLong()).isEqualTo(pair.changes().size());
    assertThat(json.get("cleared").asLong()).isEqualTo(pair.gone().size());
    assertThat(json.get("written").asLong()).isEqualTo(virginia.listed(pair.second()).size());
    assertThat(json.get("first_volume_size_gib").asInt()).isEqualTo(1);
    assertThat(json.get("volume_size_gib").asInt()).isEqualTo(2);
    assertThat(json.get("paths").get(0).asText()).isEqualTo(target.toString());
  }

  @Test
  void aDryRunChecksBothSnapshotsAndTheTargetAndWritesNothing() throws Exception {
    Lineage pair = Lineage.sparse(cloud, virginia, 2);
    Path target = holdingTheFirst(pair);

    Invocation dry = delta(pair, target, "--dry-run", "--verify-base");

    assertThat(dry.code()).isZero();
    assertThat(dry.out())
        .contains("ok       ebs:ListChangedBlocks on " + pair.first() + " and " + pair.second())
        .contains("ok       ebs:GetSnapshotBlock on " + pair.first())
        .contains("ok       ebs:GetSnapshotBlock on " + pair.second())
        .contains("ok       target " + target)
        .contains("nothing was written");
    assertHolds(pair.first(), target);
    assertThat(names()).containsExactly("disk.img");
  }
}
