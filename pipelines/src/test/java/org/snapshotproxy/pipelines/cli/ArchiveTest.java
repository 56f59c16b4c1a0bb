package org.snapshotproxy.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snapshotproxy.endpoint.store.SyntheticSpec;
import software.amazon.awssdk.services.s3.model.S3Object;

/** movetos3 and getfroms3, through a real S3 server: what went in comes back, or nothing does. */
@Tag("either-line")
class ArchiveTest {
  private static final int BLOCK = DiskImage.BLOCK;

  @TempDir Path directory;
  private TestCloud cloud;
  private Witness virginia;
  private TestBucket bucket;
  private String place;

  @BeforeEach
  void start() throws Exception {
    cloud = TestCloud.start();
    virginia = cloud.in("us-east-1");
    bucket = new TestBucket();
    place = bucket.name() + "/backups";
  }

  @AfterEach
  void stop() throws Exception {
    bucket.close();
    cloud.close();
  }

  private Invocation fsp(String... arguments) throws Exception {
    return bucket.fsp(cloud, arguments);
  }

  private Path file(String name) {
    return directory.resolve(name);
  }

  private Path restored(String snapshot) throws Exception {
    return virginia.restore(snapshot, file(snapshot + "-" + System.nanoTime()));
  }

  private String dense() throws Exception {
    return Lineage.dense(cloud, virginia).first();
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 64})
  void aSnapshotComesBackAsASnapshotAndAsAFile(int objectBlocks) throws Exception {
    String id = dense();
    fsp("movetos3", id, place, "--object-blocks", String.valueOf(objectBlocks)).succeeded();

    Invocation back = fsp("getfroms3", id, place, "-d", "us-east-1").succeeded();
    Shell.assertSameBytes(restored(back.lastLine()), restored(id));
    assertThat(virginia.listed(back.lastLine())).isEqualTo(virginia.listed(id));
    fsp("getfroms3", id, place, file("back.img").toString()).succeeded();
    Shell.assertSameBytes(file("back.img"), restored(id));
  }

  @Test
  void theLinesAreThoseOfTheReferenceTool() throws Exception {
    String id = virginia.completed(1, Map.of(0, Witness.block(1), 70, Witness.block(2)));

    assertThat(fsp("movetos3", id, place).succeeded().out())
        .matches(
            "Snapshot "
                + id
                + " contains 2 chunks and 1048576 bytes, took \\d+\\.\\d\\d seconds\\.\n"
                + "movetos3 took \\d+\\.\\d\\d seconds at \\d+\\.\\d\\d bytes/sec\\.\n");
    assertThat(fsp("getfroms3", id, place).succeeded().out())
        .matches(
            "getfroms3 took \\d+\\.\\d\\d seconds at \\d+\\.\\d\\d bytes/sec\\.\nsnap-[0-9a-f]+\n");
  }

  @Test
  void aDeviceThatHeldOtherDataHoldsTheArchive() throws Exception {
    String id = dense();
    fsp("movetos3", id, place).succeeded();
    try (LoopDevice device = LoopDevice.fullOfGarbage(directory, DiskImage.GIB)) {
      fsp("getfroms3", id, place, device.path().toString()).succeeded();

      Shell.assertSameBytes(device.backing(), restored(id));
    }
  }

  @Test
  void aDeviceIsArchivedWhole() throws Exception {
    try (LoopDevice device = LoopDevice.fullOfGarbage(directory, 40L * BLOCK)) {
      fsp("movetos3", device.path().toString(), place, "--name", "disk").succeeded();
      fsp("getfroms3", "disk", place, file("back.img").toString()).succeeded();

      Shell.assertSameBytes(device.backing(), file("back.img"));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 70L * BLOCK + 1})
  void anImageComesBackWithItsExactLength(long size) throws Exception {
    Path image = DiskImage.sparse(size, 3).create(file("disk.img"));
    fsp("movetos3", image.toString(), place).succeeded();

    fsp("getfroms3", "disk.img", place, file("back.img").toString()).succeeded();
    Shell.assertSameBytes(file("back.img"), image);
    Invocation snapshot = fsp("getfroms3", "disk.img", place, "-d", "us-east-1").succeeded();
    Shell.assertSameBytes(
        restored(snapshot.lastLine()),
        DiskImage.sparse(size, 3).as(file("volume.img"), DiskImage.GIB));
  }

  @Test
  void anImageThatIsAnArchiveAlreadyIsReplacedOnlyWhenAsked() throws Exception {
    Path image = DiskImage.full(2 * BLOCK, 1).create(file("disk.img"));
    fsp("movetos3", image.toString(), place).succeeded();
    DiskImage.full(2 * BLOCK, 2).create(image);

    Invocation refused = fsp("movetos3", image.toString(), place);
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).contains("disk.img already").contains("--replace");
    fsp("movetos3", image.toString(), place, "--replace").succeeded();
    fsp("getfroms3", "disk.img", place, file("back.img").toString()).succeeded();
    Shell.assertSameBytes(file("back.img"), image);
  }

  @Test
  void anIncrementStoresOnlyWhatChangedAndEachPointIsRestoredWhole() throws Exception {
    Lineage lineage = Lineage.sparse(cloud, virginia, 3);
    fsp("movetos3", lineage.first(), place).succeeded();

    Invocation moved =
        fsp("movetos3", lineage.second(), place, "--parent", lineage.first()).succeeded();
    int changed = lineage.changes().size() + lineage.gone().size();
    assertThat(moved.lines().get(0))
        .startsWith(
            "Changes between "
                + lineage.first()
                + " and "
                + lineage.second()
                + " contain "
                + changed
                + " chunks");
    assertThat(storedBlocks(lineage.second())).isEqualTo(lineage.changes().size());
    for (String point : List.of(lineage.first(), lineage.second())) {
      Path back = file("back-" + point);
      fsp("getfroms3", point, place, back.toString()).succeeded();
      Shell.assertSameBytes(back, restored(point));
    }
    String snapshot = fsp("getfroms3", lineage.second(), place).succeeded().lastLine();
    Shell.assertSameBytes(restored(snapshot), restored(lineage.second()));
  }

  /** By the masks in the keys. */
  private int storedBlocks(String archive) {
    return bucket.keys("backups/" + archive + "/data/").stream()
        .mapToInt(key -> Long.bitCount(Long.parseUnsignedLong(key.split("\\.")[1], 16)))
        .sum();
  }

  @Test
  void anInterruptedRunIsNoArchiveAndGoesOnWhereItWas() throws Exception {
    String id = dense();
    cloud.control().addFault("access-denied:op=GetSnapshotBlock,block=1540");
    Invocation failed = fsp("movetos3", id, place, "-D", "fsp.read.threads=2");
    assertThat(failed.code()).isEqualTo(1);
    assertThat(failed.err()).contains("Repeat the command");
    Map<String, Instant> before = written(id);
    assertThat(before).isNotEmpty();

    Invocation early = fsp("getfroms3", id, place, file("early.img").toString());
    assertThat(early.code()).isEqualTo(1);
    assertThat(early.err()).contains("interrupted");
    assertThat(file("early.img")).doesNotExist();

    cloud.control().clearFaults();
    fsp("movetos3", id, place).succeeded();
    assertThat(written(id)).containsAllEntriesOf(before);
    fsp("getfroms3", id, place, file("back.img").toString()).succeeded();
    Shell.assertSameBytes(file("back.img"), restored(id));
  }

  /** When each data object was put; one that is put again is younger. */
  private Map<String, Instant> written(String archive) {
    return bucket.objects("backups/" + archive + "/data/").stream()
        .collect(Collectors.toMap(S3Object::key, S3Object::lastModified));
  }

  @Test
  void theReferenceToolsLayoutIsWrittenAndRead() throws Exception {
    String id = dense();
    fsp("movetos3", id, place, "--layout", "reference").succeeded();

    assertThat(bucket.keys("backups/"))
        .isNotEmpty()
        .allMatch(
            key ->
                key.matches("backups/" + id + "\\.1/\\d+\\.[A-Za-z0-9_-]{43}=\\.\\d{1,2}\\.zstd"));
    fsp("getfroms3", id, place, file("back.img").toString()).succeeded();
    Shell.assertSameBytes(file("back.img"), restored(id));
  }

  @ParameterizedTest
  @ValueSource(strings = {".1", ".1/"})
  void theReferenceToolsDirectoryIsTakenForTheName(String behind) throws Exception {
    String id = dense();
    fsp("movetos3", id, place, "--layout", "reference").succeeded();

    fsp("getfroms3", id + behind, place, file("back.img").toString()).succeeded();
    Shell.assertSameBytes(file("back.img"), restored(id));
    assertThat(verify("s3://" + place + "/" + id + behind, id).code()).isZero();
  }

  @Test
  void anInterruptedArchiveInTheReferenceToolsLayoutDoesNotPassForWhole() throws Exception {
    String id = dense();
    cloud.control().addFault("access-denied:op=GetSnapshotBlock,block=1540");
    assertThat(fsp("movetos3", id, place, "--layout", "reference").code()).isEqualTo(1);

    Invocation early = fsp("getfroms3", id, place, file("early.img").toString());
    assertThat(early.code()).isEqualTo(1);
    assertThat(early.err()).contains("not whole");
    cloud.control().clearFaults();
    fsp("movetos3", id, place, "--layout", "reference").succeeded();
    fsp("getfroms3", id, place, file("back.img").toString()).succeeded();
    Shell.assertSameBytes(file("back.img"), restored(id));
  }

  @Test
  void anArchiveInTheReferenceToolsLayoutIsNotMixedWithOneCutOtherwise() throws Exception {
    String id = dense();
    fsp("movetos3", id, place, "--layout", "reference").succeeded();
    // What an interrupted run leaves, however far it came: some of the objects, and the mark.
    bucket.delete(bucket.keys("backups/").get(0));
    bucket.put("backups/" + id + ".1/fsp-incomplete", new byte[0]);

    Invocation mixed = fsp("movetos3", id, place, "--layout", "reference", "--object-blocks", "8");
    assertThat(mixed.code()).isEqualTo(1);
    assertThat(mixed.err()).contains("hold the same block");
    assertThat(fsp("getfroms3", id, place, file("back.img").toString()).err())
        .contains("not whole");
  }

  @Test
  void aWholeArchiveInTheReferenceToolsLayoutIsLeftAsItIs() throws Exception {
    String id = virginia.completed(1, Map.of(0, Witness.block(1), 1, Witness.block(2)));
    fsp("movetos3", id, place, "--layout", "reference").succeeded();
    List<String> before = bucket.keys("backups/");

    Invocation again = fsp("movetos3", id, place, "--layout", "reference", "--object-blocks", "1");
    assertThat(again.code()).isEqualTo(1);
    assertThat(again.err()).contains("holds objects already");
    assertThat(bucket.keys("backups/")).isEqualTo(before);
  }

  @Test
  void aDamagedObjectEndsTheRestoreAndLeavesNothing() throws Exception {
    String id = dense();
    fsp("movetos3", id, place).succeeded();
    List<String> keys = bucket.keys("backups/" + id + "/data/");
    byte[] bytes = bucket.get(keys.get(3));
    bytes[bytes.length / 2] ^= 4;
    bucket.put(keys.get(3), bytes);

    Invocation back = fsp("getfroms3", id, place, file("back.img").toString());
    assertThat(back.code()).isEqualTo(1);
    assertThat(back.err()).contains(keys.get(3));
    assertThat(file("back.img")).doesNotExist();
    var snapshots = virginia.snapshots();
    assertThat(fsp("getfroms3", id, place, "-d", "us-east-1").code()).isEqualTo(1);
    assertThat(virginia.snapshots()).isEqualTo(snapshots);
    Invocation verified = verify("s3://" + place + "/" + id);
    assertThat(verified.code()).isEqualTo(1);
    assertThat(verified.err()).contains(keys.get(3));
  }

  private Invocation verify(String... places) throws Exception {
    String[] arguments = new String[places.length + 1];
    arguments[0] = "verify";
    System.arraycopy(places, 0, arguments, 1, places.length);
    return fsp(arguments);
  }

  @Test
  void anArchiveIsVerifiedAloneAndAgainstWhatItIsOf() throws Exception {
    Lineage lineage = Lineage.sparse(cloud, virginia, 1);
    fsp("movetos3", lineage.first(), place).succeeded();
    fsp("movetos3", lineage.second(), place, "--parent", lineage.first()).succeeded();
    String archive = "s3://" + place + "/" + lineage.second();

    assertThat(verify(archive).succeeded().out()).contains("is whole");
    assertThat(verify(archive, lineage.second()).code()).isZero();
    Invocation other = verify(archive, lineage.first());
    assertThat(other.code()).isEqualTo(1);
    // 0 and 2047 are changed, 3 and 1500 new, 1 and 64 zeroed, 2, 63, 700, 701, 1024 and 2046 gone.
    assertThat(other.out())
        .contains("differs: blocks 0-3,", "differs: blocks 2046-2047,", "differ in 12 of 2048");
  }

  @Test
  void aSparseVolumeOfTensOfGibComesBack() throws Exception {
    String id =
        cloud
            .control()
            .synthetic("us-east-1", 40, SyntheticSpec.full(7, 0.004).withRun(5).withZeros(0.2));
    fsp("movetos3", id, place).succeeded();
    String back = fsp("getfroms3", id, place, "-d", "us-east-1").succeeded().lastLine();

    assertThat(virginia.contents(back)).hasSizeGreaterThan(100).isEqualTo(virginia.contents(id));
    assertThat(virginia.listed(back)).isEqualTo(virginia.listed(id));
    assertThat(verify("s3://" + place + "/" + id, back).code()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"s3://", "s3://bucket", "s3://bucket/"})
  void anAddressThatNamesNoArchiveIsRefused(String address) throws Exception {
    Invocation run = verify(address);

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).hasLineCount(1).contains("'" + address + "' is not an archive");
  }

  @Test
  void aPrefixWithArchivesIsNotAnInterruptedOne() throws Exception {
    fsp("movetos3", virginia.completed(1, Map.of(0, Witness.block(1))), place).succeeded();

    Invocation run = verify("s3://" + place);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("There is no archive").doesNotContain("interrupted");
  }

  @Test
  void aFileWhoseNameIsNoArchivesNeedsAnother() throws Exception {
    Path image = DiskImage.full(BLOCK, 1).create(file("my disk.img"));

    Invocation refused = fsp("movetos3", image.toString(), place);
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).hasLineCount(1).contains("'my disk.img'").contains("--name");
    fsp("movetos3", image.toString(), place, "--name", "disk").succeeded();
    assertThat(verify("s3://" + place + "/disk", image.toString()).code()).isZero();
  }

  @Test
  void everythingAndOnlyWhatChangedExcludeEachOther() throws Exception {
    Lineage lineage = Lineage.sparse(cloud, virginia, 1);
    fsp("movetos3", lineage.first(), place).succeeded();

    Invocation both =
        fsp("movetos3", lineage.second(), place, "--parent", lineage.first(), "--full_copy");
    assertThat(both.code()).isEqualTo(2);
    assertThat(both.err()).hasLineCount(1).contains("--full_copy").contains("--parent");
  }

  @Test
  void aDryRunWritesNothing() throws Exception {
    String id = virginia.completed(1, Map.of(0, Witness.block(1)));
    Invocation dry = fsp("movetos3", id, place, "--dry-run").succeeded();

    assertThat(dry.out()).contains("ok       archive");
    assertThat(bucket.keys("")).isEmpty();
  }
}
