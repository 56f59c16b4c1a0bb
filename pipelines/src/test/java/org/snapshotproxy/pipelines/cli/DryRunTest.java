package org.snapshotproxy.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A dry run names each check and what came of it, and writes nothing. */
class DryRunTest {
  @TempDir Path directory;
  private TestCloud cloud;
  private Witness virginia;
  private String id;

  @BeforeEach
  void start() throws Exception {
    cloud = TestCloud.start();
    virginia = cloud.in("us-east-1");
    id = virginia.completed(1, Map.of(3, Witness.block(1)));
    cloud.control().counters().reset();
  }

  @AfterEach
  void stop() throws Exception {
    cloud.close();
  }

  @Test
  void listChecksWhatItReads() {
    Invocation dry = cloud.fsp("list", id, "--dry-run");

    assertThat(dry.code()).isZero();
    assertThat(dry.out())
        .contains("ok       ebs:ListSnapshotBlocks on " + id)
        .doesNotContain("GetSnapshotBlock")
        .contains("nothing was written");
    assertNothingWasWritten();
  }

  @Test
  void listWithDigestsChecksThatItMayReadBlocks() {
    Invocation dry =
        cloud.fsp("list", id, "--export", directory.toString(), "--digests", "--dry-run");

    assertThat(dry.code()).isZero();
    assertThat(dry.out()).contains("ok       ebs:GetSnapshotBlock on " + id);
  }

  @Test
  void downloadChecksTheTargetAndCreatesNoFile() throws Exception {
    Path target = directory.resolve("disk.img");

    Invocation dry = cloud.fsp("-d", "download", id, target.toString());

    assertThat(dry.code()).isZero();
    assertThat(dry.out()).contains("ok       target " + target);
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).isEmpty();
    }
    assertNothingWasWritten();
  }

  @Test
  void downloadFailsTheCheckOfATargetThatIsADirectory() {
    Invocation dry = cloud.fsp("-d", "download", id, directory.toString());

    assertThat(dry.code()).isEqualTo(1);
    assertThat(dry.out()).contains("FAILED   target " + directory).contains("a directory");
  }

  @Test
  void uploadChecksTheImageAndEveryPermission() throws Exception {
    Path image = DiskImage.full(100, 1).create(directory.resolve("disk.img"));

    Invocation dry = cloud.fsp("-d", "upload", image.toString(), "--tag", "a=b");

    assertThat(dry.code()).isZero();
    assertThat(dry.out())
        .contains("ok       origin " + image)
        .contains("ok       ebs:PutSnapshotBlock")
        .contains("ok       ebs:CompleteSnapshot")
        .contains("ok       ec2:DescribeSnapshots")
        .contains("ok       ec2:DeleteSnapshot")
        .contains("ok       ec2:CreateTags")
        .contains("unknown  ebs:StartSnapshot");
    assertNothingWasWritten();
  }

  @Test
  void copyChecksBothSides() {
    Invocation dry = cloud.fsp("-d", "-o", "us-east-1", "copy", id, "-d", "eu-west-1");

    assertThat(dry.code()).isZero();
    assertThat(dry.out())
        .contains("ok       ebs:GetSnapshotBlock on " + id + " in us-east-1")
        .contains("ok       ebs:PutSnapshotBlock in eu-west-1");
    assertNothingWasWritten();
    assertThat(cloud.in("eu-west-1").snapshots()).isEmpty();
  }

  @Test
  void aDeniedPermissionIsNamed() {
    cloud.control().addFault("access-denied:op=PutSnapshotBlock");

    Invocation dry = cloud.fsp("-d", "copy", id, "-d", "eu-west-1");

    assertThat(dry.code()).isEqualTo(1);
    assertThat(dry.lines())
        .filteredOn(line -> line.startsWith("FAILED"))
        .singleElement()
        .asString()
        .contains("ebs:PutSnapshotBlock in eu-west-1");
    assertNothingWasWritten();
  }

  @Test
  void aSnapshotThatDoesNotExistFailsItsCheck() {
    Invocation dry = cloud.fsp("-d", "list", "snap-0123456789abcdef0");

    assertThat(dry.code()).isEqualTo(1);
    assertThat(dry.out()).contains("FAILED   ebs:ListSnapshotBlocks on snap-0123456789abcdef0");
  }

  @Test
  void jsonHasEachCheck() throws Exception {
    Invocation dry = cloud.fsp("-d", "list", id, "--json");

    assertThat(dry.lines()).hasSize(1);
    JsonNode checks = new ObjectMapper().readTree(dry.out()).get("checks");
    assertThat(checks.findValuesAsText("outcome")).containsOnly("OK");
    assertThat(checks.findValuesAsText("subject"))
        .anyMatch(subject -> subject.startsWith("ebs:ListSnapshotBlocks"));
  }

  private void assertNothingWasWritten() {
    for (String write :
        new String[] {
          "StartSnapshot", "PutSnapshotBlock", "CompleteSnapshot", "CreateTags", "DeleteSnapshot"
        }) {
      assertThat(cloud.answered(write)).as(write).isZero();
    }
    assertThat(virginia.snapshots()).containsExactly(id);
  }
}
