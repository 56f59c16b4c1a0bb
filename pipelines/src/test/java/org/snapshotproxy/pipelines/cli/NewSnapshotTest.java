package org.snapshotproxy.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snapshotproxy.pipelines.cli.DiskImage.Extent;
import software.amazon.awssdk.services.ec2.model.Snapshot;

/** What a new snapshot is like, and when a command is done with it. */
@Tag("either-line")
class NewSnapshotTest {
  private static final int BLOCK = DiskImage.BLOCK;
  private static final String KEY_ARN =
      "arn:aws:kms:us-east-1:123456789012:key/0c5e1b6a-7a0c-4c0e-9f39-000000000001";
  private static final Map<Integer, byte[]> BLOCKS =
      Map.of(0, Witness.block(1), 70, Witness.block(2));

  @TempDir Path directory;
  private TestCloud cloud;
  private Witness virginia;
  private Path image;

  @BeforeEach
  void start() throws Exception {
    // On disk: a child's cleared blocks are blocks of zeros, a whole volume of them.
    cloud = TestCloud.start(config -> config.dataDirectory(directory.resolve("endpoint")));
    virginia = cloud.in("us-east-1");
    image = DiskImage.full(3 * BLOCK - 5, 9).create(directory.resolve("disk.img"));
  }

  @AfterEach
  void stop() throws Exception {
    cloud.close();
  }

  private String upload(String... options) {
    return cloud
        .fsp(
            Stream.concat(
                    Stream.of("upload", image.toString(), "-d", "us-east-1"), Stream.of(options))
                .toArray(String[]::new))
        .succeeded()
        .lastLine();
  }

  @Test
  void itHasTheDescriptionTheTagsAndTheVolumeSizeAskedFor() {
    String id =
        upload(
            "--description",
            "web server, root",
            "--tag",
            "Name=web",
            "--tag",
            "a=b=c",
            "--volume-size",
            "7");

    Snapshot snapshot = virginia.describe(id);
    assertThat(snapshot.description()).isEqualTo("web server, root");
    assertThat(virginia.tags(id)).isEqualTo(Map.of("Name", "web", "a", "b=c"));
    assertThat(snapshot.volumeSize()).isEqualTo(7);
    assertThat(snapshot.encrypted()).isFalse();
  }

  @Test
  void itIsEncryptedWithTheKeyAskedFor() {
    Snapshot snapshot = virginia.describe(upload("--kms-key-id", KEY_ARN));

    assertThat(snapshot.encrypted()).isTrue();
    assertThat(snapshot.kmsKeyId()).isEqualTo(KEY_ARN);
  }

  @Test
  void itsVolumeIsNeverSmallerThanItsContent() throws Exception {
    Path large = new DiskImage(2 * DiskImage.GIB + 1, List.of()).create(directory.resolve("large"));

    Invocation upload = cloud.fsp("upload", large.toString(), "--volume-size", "2");

    assertThat(upload.code()).isEqualTo(2);
    assertThat(upload.err()).contains("--volume-size").contains("3 GiB").hasLineCount(1);
    assertThat(virginia.snapshots()).isEmpty();
  }

  @Test
  void itIsCompletedWhenTheCommandEnds() {
    cloud.control().completionDelay(Duration.ofSeconds(2));

    assertThat(virginia.describe(upload()).stateAsString()).isEqualTo("completed");
  }

  @Test
  void withoutWaitingItIsSealedAndCompletesByItself() {
    cloud.control().completionDelay(Duration.ofHours(1));

    String id = upload("--no-wait");

    assertThat(virginia.describe(id).stateAsString()).isEqualTo("pending");
    cloud.control().completionDelay(Duration.ZERO);
    cloud.control().advanceClock(Duration.ofHours(2));
    assertThat(virginia.describe(id).stateAsString()).isEqualTo("completed");
  }

  @Test
  void aCopyHasTheOriginsVolumeSizeAndNothingElseOfIt() throws Exception {
    String origin = virginia.completed(3, BLOCKS, "the origin", Map.of("Name", "web"));

    String copy = cloud.fsp("copy", origin, "-d", "eu-west-1").succeeded().lastLine();

    Witness ireland = cloud.in("eu-west-1");
    assertThat(ireland.describe(copy).volumeSize()).isEqualTo(3);
    assertThat(ireland.describe(copy).description()).isEmpty();
    assertThat(ireland.tags(copy)).isEmpty();
  }

  @Test
  void aCopyTakesTagsAndDescriptionWhenAskedTo() throws Exception {
    String origin =
        virginia.completed(1, BLOCKS, "the origin", Map.of("Name", "web", "team", "storage"));

    String copy =
        cloud
            .fsp(
                "copy",
                origin,
                "-d",
                "eu-west-1",
                "--copy-tags",
                "--copy-description",
                "--tag",
                "Name=copy of web")
            .succeeded()
            .lastLine();

    Witness ireland = cloud.in("eu-west-1");
    assertThat(ireland.describe(copy).description()).isEqualTo("the origin");
    assertThat(ireland.tags(copy)).isEqualTo(Map.of("Name", "copy of web", "team", "storage"));
  }

  @Test
  void aDescriptionGivenGoesOverTheOriginsOne() throws Exception {
    String origin = virginia.completed(1, BLOCKS, "the origin", Map.of());

    String copy =
        cloud
            .fsp("copy", origin, "-d", "eu-west-1", "--copy-description", "--description", "mine")
            .succeeded()
            .lastLine();

    assertThat(cloud.in("eu-west-1").describe(copy).description()).isEqualTo("mine");
  }

  @Test
  void aChildReadsAsTheImageEvenWhereTheParentHeldOtherData() throws Exception {
    String parent =
        virginia.completed(
            1,
            Map.of(
                0,
                Witness.block(1),
                2,
                Witness.block(2),
                9,
                Witness.block(3),
                2000,
                Witness.block(4)));
    DiskImage next =
        new DiskImage(6L * BLOCK, List.of(new Extent(0, BLOCK, 3), new Extent(4L * BLOCK, 10, 4)));
    Path path = next.create(directory.resolve("next.img"));

    String child =
        cloud.fsp("upload", path.toString(), "--parent_snapshot_id", parent).succeeded().lastLine();

    assertReadsAs(next, child);
    // Data at 0 and 4; of the parent's blocks 2, 9 and 2000 have to go, and nothing else is sent.
    assertThat(virginia.changes(parent, child).keySet()).containsExactly(0, 2, 4, 9, 2000);
  }

  @Test
  void aChildOfALargerVolumeClearsOnlyWhatItsParentHas() throws Exception {
    String parent = virginia.completed(1, BLOCKS);

    String child = upload("--parent-snapshot-id", parent, "--volume-size", "3");

    assertThat(virginia.changes(parent, child).keySet()).containsExactly(0, 1, 2, 70);
  }

  @Test
  void aFullChildSendsEveryBlockAndReadsTheSame() throws Exception {
    String parent = virginia.completed(1, BLOCKS);
    DiskImage next = new DiskImage(6L * BLOCK, List.of(new Extent(4L * BLOCK, 10, 4)));
    Path path = next.create(directory.resolve("next.img"));

    String child =
        cloud
            .fsp("upload", path.toString(), "--parent_snapshot_id", parent, "-f")
            .succeeded()
            .lastLine();

    assertReadsAs(next, child);
    assertThat(virginia.changes(parent, child)).hasSize(2048);
  }

  @Test
  void aParentThatCannotBeReadIsRefusedBeforeAnythingIsStarted() throws Exception {
    String parent = virginia.completed(1, BLOCKS);
    cloud.control().addFault("access-denied:op=ListSnapshotBlocks");

    Invocation upload = cloud.fsp("upload", image.toString(), "--parent-snapshot-id", parent);

    assertThat(upload.code()).isEqualTo(1);
    assertThat(upload.err()).contains("must be readable", parent, "denied").hasLineCount(1);
    assertThat(virginia.snapshots()).containsExactly(parent);
  }

  private void assertReadsAs(DiskImage expected, String id) throws IOException {
    Shell.assertSameBytes(
        expected.as(directory.resolve("volume"), DiskImage.GIB),
        virginia.restore(id, directory.resolve("restored")));
  }

  @Test
  void aChildCannotBeEncryptedByItself() throws Exception {
    String parent = virginia.completed(1, BLOCKS);

    Invocation upload =
        cloud.fsp("upload", image.toString(), "--parent-snapshot-id", parent, "--encrypted");

    assertThat(upload.code()).isNotZero();
    assertThat(upload.err()).contains("parent").hasLineCount(1);
    assertThat(virginia.snapshots()).containsExactly(parent);
  }

  @Test
  void theSameRunIdGivesTheSameSnapshot() {
    String first = upload("--run-id", "nightly-1");

    String second = upload("--run-id", "nightly-1");

    assertThat(second).isEqualTo(first);
    assertThat(virginia.snapshots()).containsExactly(first);
    assertThat(virginia.describe(first).stateAsString()).isEqualTo("completed");
    assertThat(virginia.listed(first)).containsExactly(0, 1, 2);
  }

  @Test
  void aNamedRunThatFailedGoesOnWithItsSnapshot() {
    cloud.control().addFault("access-denied:op=PutSnapshotBlock,block=2");
    Invocation failed = cloud.fsp("upload", image.toString(), "--run-id", "nightly-1");
    String kept = virginia.snapshots().iterator().next();
    cloud.control().clearFaults();

    Invocation repeated = cloud.fsp("upload", image.toString(), "--run-id", "nightly-1");

    assertThat(failed.code()).isEqualTo(1);
    assertThat(failed.err()).contains("kept " + kept);
    assertThat(repeated.succeeded().lastLine()).isEqualTo(kept);
    assertThat(virginia.listed(kept)).containsExactly(0, 1, 2);
  }

  @Test
  void aNamedRunWhoseSnapshotTheServiceHasGivenUpSaysSo() {
    cloud.control().addFault("access-denied:op=PutSnapshotBlock,block=2");
    cloud.fsp("upload", image.toString(), "--run-id", "nightly-1");
    String kept = virginia.snapshots().iterator().next();
    cloud.control().clearFaults();
    cloud.control().advanceClock(Duration.ofHours(73));
    long puts = cloud.answered("PutSnapshotBlock");

    Invocation late = cloud.fsp("upload", image.toString(), "--run-id", "nightly-1");

    assertThat(late.code()).isEqualTo(1);
    assertThat(late.err())
        .contains("has given up " + kept, "72 hours after the last block", "another --run-id")
        .hasLineCount(1);
    assertThat(cloud.answered("PutSnapshotBlock")).isEqualTo(puts);
    assertThat(virginia.snapshots()).containsExactly(kept);
  }

  @Test
  void aNamedRunRepeatedBeforeItsSnapshotIsCompletedLeavesItAlone() {
    cloud.control().completionDelay(Duration.ofHours(1));
    String first = upload("--run-id", "nightly-1", "--no-wait");

    cloud.fsp("upload", image.toString(), "--run-id", "nightly-1", "--no-wait");

    cloud.control().advanceClock(Duration.ofHours(2));
    assertThat(virginia.describe(first).stateAsString()).isEqualTo("completed");
    assertThat(virginia.listed(first)).containsExactly(0, 1, 2);
  }

  @Test
  void anotherRunIdGivesAnotherSnapshot() {
    String first = upload("--run-id", "nightly-1");

    String second = upload("--run-id", "nightly-2");

    assertThat(virginia.snapshots()).containsExactlyInAnyOrder(first, second);
    assertThat(second).isNotEqualTo(first);
  }
}
