package org.snapshotproxy.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snapshotproxy.endpoint.auth.Credential;
import software.amazon.awssdk.services.ec2.model.Snapshot;

/** One image, a snapshot in each of many regions, of which each fails by itself. */
class FanoutTest {
  private static final String IRELAND = "eu-west-1";
  private static final String VIRGINIA = "us-east-1";
  private static final String SYDNEY = "ap-southeast-2";
  private static final String KEY_ARN =
      "arn:aws:kms:eu-west-1:123456789012:key/0c5e1b6a-7a0c-4c0e-9f39-000000000001";

  /** A tail of 11 bytes in its last block. */
  private static final DiskImage IMAGE =
      new DiskImage(
          600L * DiskImage.BLOCK + 11,
          List.of(
              new DiskImage.Extent(0, 100, 1),
              new DiskImage.Extent(70L * DiskImage.BLOCK, DiskImage.BLOCK, 0),
              new DiskImage.Extent(300L * DiskImage.BLOCK - 9, 20, 2),
              new DiskImage.Extent(600L * DiskImage.BLOCK, 11, 3)));

  /** The blocks that {@link #IMAGE} writes. */
  private static final Integer[] TOUCHED = {0, 70, 299, 300, 600};

  @TempDir Path directory;
  private TestCloud cloud;
  private Path image;

  @BeforeEach
  void start() throws Exception {
    cloud = TestCloud.start();
    image = IMAGE.create(directory.resolve("disk.img"));
  }

  @AfterEach
  void stop() throws Exception {
    cloud.close();
  }

  private Path list(String... lines) throws IOException {
    return Files.write(directory.resolve("regions.txt"), List.of(lines));
  }

  private Invocation fanout(Path list, String... options) {
    return cloud.fsp(
        Stream.concat(Stream.of("fanout", image.toString(), list.toString()), Stream.of(options))
            .toArray(String[]::new));
  }

  private static JsonNode object(Invocation run) throws IOException {
    return new ObjectMapper().readTree(run.lastLine());
  }

  private static List<String> keys(JsonNode object) {
    return object.properties().stream().map(Map.Entry::getKey).toList();
  }

  /** That the one snapshot in the region is the image and completed. */
  private void assertIsTheImage(String region, String id) throws IOException {
    Witness there = cloud.in(region);
    assertThat(there.snapshots()).containsExactly(id);
    assertSameBytes(there, id);
  }

  private void assertSameBytes(Witness there, String id) throws IOException {
    assertThat(there.describe(id).stateAsString()).isEqualTo("completed");
    assertThat(there.listed(id)).containsExactly(TOUCHED);
    Path expected =
        IMAGE.as(directory.resolve("expected"), there.describe(id).volumeSize() * DiskImage.GIB);
    Path restored = there.restore(id, directory.resolve("restored"));
    Shell.assertSameBytes(expected, restored);
    Files.delete(restored);
  }

  private void assertLines(Invocation run, int snapshots, int volumeGiB) {
    assertThat(run.lines()).as(run.err()).hasSize(3);
    assertThat(run.lines().get(0))
        .isEqualTo(
            "Size of "
                + image
                + " is 314572811 bytes and 601 chunks. Aligning snapshot to "
                + volumeGiB
                + " GiB boundary.");
    assertThat(run.lines().get(1))
        .isEqualTo("Spawned " + snapshots + " EBS Clients and started a snapshot in each region.");
  }

  @Test
  void eachRegionHasTheWholeImageAndTheObjectHasTheOrderOfTheFile() throws Exception {
    Invocation run =
        fanout(list("# Europe first", IRELAND, "", VIRGINIA, SYDNEY), "--volume-size", "2");

    assertThat(run.code()).isZero();
    assertThat(run.err()).isEmpty();
    assertLines(run, 3, 2);
    assertThat(keys(object(run))).containsExactly(IRELAND, VIRGINIA, SYDNEY);
    for (String region : List.of(IRELAND, VIRGINIA, SYDNEY)) {
      assertIsTheImage(region, object(run).get(region).asText());
    }
  }

  @Test
  void aRegionThatRefusesTheBlocksIsNamedTakenBackAndCanBeRepeated() throws Exception {
    cloud.control().addFault("access-denied:op=PutSnapshotBlock,region=" + IRELAND);
    Path again = directory.resolve("again.txt");

    Invocation run =
        fanout(
            list(IRELAND, VIRGINIA),
            "--failed",
            again.toString(),
            "--tag",
            "Name=a b",
            "-Dmy.password=hush");

    assertThat(run.code()).isEqualTo(1);
    assertLines(run, 1, 1);
    assertThat(keys(object(run))).containsExactly(VIRGINIA);
    assertThat(run.lastLine()).matches("\\{\"us-east-1\": \"snap-[0-9a-f]{17}\"\\}");
    assertThat(run.err().lines().toList())
        .hasSize(3)
        .anyMatch(
            line ->
                line.startsWith("fsp: eu-west-1 failed: PutSnapshotBlock of block ")
                    && line.contains("denied"))
        .anyMatch(line -> line.startsWith("fsp: deleted snap-"))
        .anyMatch(
            line ->
                line.endsWith(
                    "fsp fanout "
                        + image
                        + " "
                        + again
                        + " --tag 'Name=a b' -Dmy.password=... --endpoint-url "
                        + cloud.url()));
    assertThat(cloud.in(IRELAND).snapshots()).isEmpty();
    assertIsTheImage(VIRGINIA, object(run).get(VIRGINIA).asText());
    assertThat(again).hasContent(IRELAND);

    cloud.control().clearFaults();
    Invocation repeated = fanout(again);

    assertThat(repeated.code()).as(repeated.err()).isZero();
    assertIsTheImage(IRELAND, object(repeated).get(IRELAND).asText());
    assertThat(cloud.in(VIRGINIA).snapshots()).hasSize(1);
  }

  @Test
  void aRegionThatRefusesTheStartIsNamed() throws Exception {
    cloud.control().addFault("access-denied:op=StartSnapshot,region=" + IRELAND);

    Invocation run = fanout(list(IRELAND, VIRGINIA, SYDNEY), "-q");

    assertThat(run.code()).isEqualTo(1);
    assertLines(run, 2, 1);
    assertThat(run.err()).startsWith("fsp: eu-west-1 failed: StartSnapshot").hasLineCount(1);
    assertThat(keys(object(run))).containsExactly(VIRGINIA, SYDNEY);
    assertIsTheImage(VIRGINIA, object(run).get(VIRGINIA).asText());
    assertIsTheImage(SYDNEY, object(run).get(SYDNEY).asText());
  }

  @Test
  void aRegionThatRefusesTheSealIsNamedAndTakenBack() throws Exception {
    cloud.control().addFault("access-denied:op=CompleteSnapshot,region=" + IRELAND);

    Invocation run = fanout(list(VIRGINIA, IRELAND));

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("fsp: eu-west-1 failed: CompleteSnapshot of snap-");
    assertThat(keys(object(run))).containsExactly(VIRGINIA);
    assertIsTheImage(VIRGINIA, object(run).get(VIRGINIA).asText());
    assertThat(cloud.in(IRELAND).snapshots()).isEmpty();
  }

  @Test
  void whenAllFailThereIsNoResultAndNoSnapshot() throws Exception {
    cloud.control().addFault("access-denied:op=PutSnapshotBlock");

    Invocation run = fanout(list(IRELAND, VIRGINIA));

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .contains("fsp: eu-west-1 failed: ")
        .contains("fsp: us-east-1 failed: ")
        .contains("2 of 2 destinations failed");
    assertThat(cloud.in(IRELAND).snapshots()).isEmpty();
    assertThat(cloud.in(VIRGINIA).snapshots()).isEmpty();
  }

  @Test
  void linesOfOneRegionEachHaveTheirOwnSnapshotUnderTheWholeLine() throws Exception {
    String keyed = IRELAND + ",kms-key-id=" + KEY_ARN;
    String encrypted = IRELAND + ",encrypted";

    Invocation run = fanout(list(IRELAND, keyed, VIRGINIA, encrypted), "--tag", "Name=web");

    assertThat(run.code()).as(run.err()).isZero();
    JsonNode object = object(run);
    assertThat(keys(object)).containsExactly(IRELAND, keyed, VIRGINIA, encrypted);
    Witness ireland = cloud.in(IRELAND);
    Snapshot withKey = ireland.describe(object.get(keyed).asText());
    assertThat(withKey.kmsKeyId()).isEqualTo(KEY_ARN);
    assertThat(ireland.describe(object.get(encrypted).asText()).encrypted()).isTrue();
    assertThat(ireland.describe(object.get(IRELAND).asText()).encrypted()).isFalse();
    assertThat(ireland.snapshots()).hasSize(3);
    for (String line : List.of(IRELAND, keyed, encrypted)) {
      assertSameBytes(ireland, object.get(line).asText());
      assertThat(ireland.tags(object.get(line).asText())).containsEntry("Name", "web");
    }
    assertIsTheImage(VIRGINIA, object.get(VIRGINIA).asText());
  }

  @Test
  void aLineCanHaveAnEndpointAndCredentialsOfItsOwn() throws Exception {
    Path credentials =
        Files.writeString(
            directory.resolve("credentials"),
            "[backup]\naws_access_key_id = AKIDBACKUP\naws_secret_access_key = other\n");
    System.setProperty("aws.sharedCredentialsFile", credentials.toString());
    try (TestCloud other =
        TestCloud.start(
            config ->
                config.credentials(
                    List.of(new Credential("AKIDBACKUP", "other", "999988887777"))))) {
      String line = IRELAND + ",endpoint=" + other.url() + ",profile=backup";
      String nobody = SYDNEY + ",profile=nobody";

      Invocation run = fanout(list(VIRGINIA, line, nobody));

      assertThat(run.code()).isEqualTo(1);
      assertThat(run.err()).contains("fsp: " + nobody + " failed: ").contains("nobody");
      assertThat(keys(object(run))).containsExactly(VIRGINIA, IRELAND);
      assertIsTheImage(VIRGINIA, object(run).get(VIRGINIA).asText());
      assertThat(cloud.in(IRELAND).snapshots()).isEmpty();
      Witness there = other.in(IRELAND, "AKIDBACKUP", "other");
      String id = object(run).get(IRELAND).asText();
      assertThat(there.describe(id).ownerId()).isEqualTo("999988887777");
      assertSameBytes(there, id);
    } finally {
      System.clearProperty("aws.sharedCredentialsFile");
    }
  }

  @Test
  void theSameRunIdGivesTheSameSnapshotsAndGoesOnWithTheOneThatFailed() throws Exception {
    cloud.control().addFault("access-denied:op=PutSnapshotBlock,block=600,region=" + IRELAND);
    Path list = list(IRELAND, VIRGINIA);
    Invocation first = fanout(list, "--run-id", "fanned-out");
    String kept = cloud.in(IRELAND).snapshots().iterator().next();
    cloud.control().clearFaults();
    cloud.control().tallies().track(true);

    Invocation second = fanout(list, "--run-id", "fanned-out");

    assertThat(first.code()).isEqualTo(1);
    assertThat(first.err()).contains("kept " + kept);
    assertThat(second.code()).as(second.err()).isZero();
    String virginia = object(first).get(VIRGINIA).asText();
    assertThat(object(second).get(IRELAND).asText()).isEqualTo(kept);
    assertThat(object(second).get(VIRGINIA).asText()).isEqualTo(virginia);
    assertThat(cloud.control().tallies().of("PutSnapshotBlock", virginia).distinct()).isZero();
    assertIsTheImage(IRELAND, kept);
    assertIsTheImage(VIRGINIA, virginia);

    Invocation third = fanout(list, "--run-id", "fanned-out");

    assertThat(third.code()).isZero();
    assertLines(third, 2, 1);
    assertThat(object(third)).isEqualTo(object(second));
  }

  @Test
  void wrongLinesAreRefusedBeforeAnythingIsStarted() throws Exception {
    assertRefused("colour=red", IRELAND + ",colour=red");
    assertRefused("profile=", IRELAND + ",profile=");
    assertRefused("has profile twice", IRELAND + ",profile=a,profile=b");
    assertRefused("is not the name of a region", VIRGINIA, "Europe");
    assertRefused("is not a URL", IRELAND + ",endpoint=nowhere");
    assertRefused("twice", IRELAND, VIRGINIA, IRELAND);
    assertRefused(
        "are the same", IRELAND + ",encrypted,profile=a", IRELAND + ", profile=a,encrypted");
    assertRefused("names no destination", "# nothing");
  }

  private void assertRefused(String why, String... lines) throws IOException {
    Invocation run = fanout(list(lines));

    assertThat(run.code()).as(run.err()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains(why).hasLineCount(1);
    assertThat(cloud.answered("StartSnapshot")).isZero();
  }

  @Test
  void jsonHasTheSnapshotsAndTheFailures() throws Exception {
    cloud.control().addFault("access-denied:op=StartSnapshot,region=" + IRELAND);

    Invocation run = fanout(list(IRELAND, VIRGINIA), "--json");

    assertThat(run.lines()).hasSize(1);
    JsonNode json = object(run);
    assertThat(json.get("command").asText()).isEqualTo("fanout");
    assertThat(json.get("size").asLong()).isEqualTo(314572811);
    assertThat(json.get("chunks").asLong()).isEqualTo(5);
    assertThat(json.get("volume_size_gib").asInt()).isEqualTo(1);
    assertThat(keys(json.get("snapshots"))).containsExactly(VIRGINIA);
    assertThat(json.get("failures").get(IRELAND).asText()).startsWith("StartSnapshot");
  }

  @Test
  void aDryRunAsksEachRegionAndStartsNothing() throws Exception {
    cloud.control().addFault("access-denied:op=PutSnapshotBlock,region=" + IRELAND);

    Invocation run = fanout(list(IRELAND, VIRGINIA), "--dry-run");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out())
        .contains("ok       origin " + image)
        .contains("FAILED   ebs:PutSnapshotBlock in eu-west-1")
        .contains("ok       ebs:PutSnapshotBlock in us-east-1");
    assertThat(cloud.answered("StartSnapshot")).isZero();
  }
}
