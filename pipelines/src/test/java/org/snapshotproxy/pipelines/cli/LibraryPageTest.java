package org.snapshotproxy.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snapshotproxy.connectors.aws.AwsAccess;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.ebs.EbsSnapshotSink;
import org.snapshotproxy.connectors.ebs.EbsSnapshotSource;
import org.snapshotproxy.connectors.s3.ArchiveSink;
import org.snapshotproxy.connectors.s3.ArchiveSource;
import org.snapshotproxy.connectors.s3.ArchivedOrigin;
import org.snapshotproxy.connectors.s3.S3Access;
import org.snapshotproxy.pipelines.library.Examples;

/** The jobs on the connectors' page do what it says, and are what it prints. */
class LibraryPageTest {
  private static final Path PAGE = Path.of("..", "connectors", "README.md");
  private static final Path SOURCE =
      Path.of("src/test/java", Examples.class.getName().replace('.', '/') + ".java");

  @TempDir Path directory;

  private TestCloud cloud;
  private Witness home;
  private AwsAccess access;
  private Map<Integer, byte[]> blocks;
  private String id;

  @BeforeEach
  void start() throws Exception {
    cloud = TestCloud.start();
    home = cloud.in("us-east-1");
    access = in("us-east-1", cloud.url());
    blocks = new TreeMap<>();
    for (int block : new int[] {0, 63, 64, 700, 2047}) {
      blocks.put(block, Witness.block(block % 100 + 1));
    }
    blocks.put(65, Witness.block(0));
    blocks.put(701, Witness.block(0));
    byte[] text = Witness.block(7);
    System.arraycopy("a needle".getBytes(StandardCharsets.US_ASCII), 0, text, 300_000, 8);
    blocks.put(1000, text);
    id = home.completed(1, blocks);
  }

  @AfterEach
  void stop() throws Exception {
    cloud.close();
  }

  private static AwsAccess in(String region, String url) {
    return AwsAccess.of(region, null, null, url, Map.of());
  }

  @Test
  void theBlocksThatHoldATextAreFound() throws Exception {
    assertThat(Examples.blocksWith("a needle", access, id)).containsExactly(1000);
  }

  @Test
  void aSnapshotIsCopiedOnceHoweverOftenItsRunIsStarted() throws Exception {
    Witness abroad = cloud.in("eu-west-1");

    String copy = Examples.copy(access, id, in("eu-west-1", cloud.url()), "run-1");
    EbsSnapshotSink again =
        EbsSnapshotSink.builder()
            .access(in("eu-west-1", cloud.url()))
            .runId("run-1")
            .volumeGiB(1)
            .build();

    assertThat(abroad.describe(copy).stateAsString()).isEqualTo("completed");
    assertThat(abroad.contents(copy)).isEqualTo(home.contents(id));
    assertThat(abroad.listed(copy)).isEqualTo(home.listed(id));
    assertThat(again.snapshotId()).isEqualTo(copy);
    assertThat(abroad.snapshots()).containsExactly(copy);
  }

  @Test
  void aSnapshotIsArchivedAndTheArchiveRead() throws Exception {
    try (TestBucket bucket = new TestBucket()) {
      S3Access s3 = S3Access.of(in("us-east-1", TestBucket.url()), null);
      String place = "s3://" + bucket.name() + "/volumes";

      Examples.archive(access, id, s3, place);

      assertThat(Examples.zeroBlocks(s3, place, id)).isEqualTo(2);
      Path restored = directory.resolve("restored.img");
      bucket
          .fsp(cloud, "getfroms3", id, bucket.name() + "/volumes", restored.toString())
          .succeeded();
      assertThat(Files.mismatch(restored, home.restore(id, directory.resolve("expected.img"))))
          .isEqualTo(-1);
      assertThatThrownBy(
              () ->
                  ArchiveSink.builder()
                      .access(s3)
                      .place(place)
                      .name(id)
                      .of(ArchivedOrigin.image("/dev/sdb"), 1L << 30)
                      .build())
          .isInstanceOf(FspException.class)
          .hasMessageContaining("There is an archive " + place + "/" + id + " already, of " + id);
      assertThatThrownBy(() -> ArchiveSource.builder().access(s3).place(place).name("none").build())
          .isInstanceOf(FspException.class)
          .hasMessageContaining("There is no archive " + place + "/none");
    }
  }

  @Test
  void anImageBecomesASnapshot() throws Exception {
    Path image = home.restore(id, directory.resolve("disk.img"));

    String uploaded = Examples.upload(image, access, "run-2");

    assertThat(home.describe(uploaded).stateAsString()).isEqualTo("completed");
    assertThat(home.contents(uploaded)).isEqualTo(home.contents(id));
  }

  @Test
  void aFileBecomesTheSnapshotWhateverItHeld() throws Exception {
    Path file = directory.resolve("disk.img");
    Files.write(file, Witness.block(99));

    Examples.download(access, id, file, "run-3");

    assertThat(Files.mismatch(file, home.restore(id, directory.resolve("expected.img"))))
        .isEqualTo(-1);
    try (var left = Files.list(directory)) {
      assertThat(left).hasSize(2);
    }
  }

  @Test
  void aFileIsAsItWasWhereTheJobFails() throws Exception {
    Path file = directory.resolve("disk.img");
    Files.write(file, Witness.block(99));
    cloud.control().addFault("access-denied:op=GetSnapshotBlock");

    assertThatThrownBy(() -> Examples.download(access, id, file, "run-4"))
        .hasStackTraceContaining("GetSnapshotBlock of block");

    assertThat(file).hasBinaryContent(Witness.block(99));
    try (var left = Files.list(directory)) {
      assertThat(left).containsExactly(file);
    }
  }

  @Test
  void whatABuilderLacksIsNamed() {
    assertThatThrownBy(() -> EbsSnapshotSource.builder().access(access).build())
        .isInstanceOf(FspException.class)
        .hasMessage("A source of a snapshot needs access and snapshotId.");
    assertThatThrownBy(() -> EbsSnapshotSink.builder().access(access).volumeGiB(1).build())
        .isInstanceOf(FspException.class)
        .hasMessageContaining("needs access and a runId");
    assertThatThrownBy(
            () -> EbsSnapshotSink.builder().access(access).runId("run-5").volumeGiB(0).build())
        .isInstanceOf(FspException.class)
        .hasMessageContaining("A volume has 1 to 65536 GiB, not 0");
    assertThat(home.snapshots()).containsExactly(id);
  }

  @Test
  void thePagePrintsWhatRanHere() throws Exception {
    List<String> printed =
        Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(PAGE))
            .results()
            .map(result -> result.group(1).indent(2))
            .toList();
    String source = Files.readString(SOURCE);

    assertThat(printed).allSatisfy(method -> assertThat(source).contains("\n\n" + method));
    assertThat(source.split("\n  public static ")).hasSize(printed.size() + 1);
  }
}
