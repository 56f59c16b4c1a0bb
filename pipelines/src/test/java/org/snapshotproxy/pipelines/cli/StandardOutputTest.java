package org.snapshotproxy.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Standard output is the reference tool's, line by line, and nothing else. */
class StandardOutputTest {
  private static final String T = "[0-9]+\\.[0-9]{2}";
  private static final String TOOK = " took " + T + " seconds at " + T + " bytes/sec.";
  private static final String ID = "snap-[0-9a-f]+";

  /** Blocks 0, 64 and 2047: the first, one in another segment, the last of the volume. */
  private static final Map<Integer, byte[]> THREE_BLOCKS =
      Map.of(0, Witness.block(1), 64, Witness.block(2), 2047, Witness.block(3));

  private static final int THREE_BLOCKS_BYTES = 1_572_864;

  @TempDir Path directory;
  private TestCloud cloud;
  private Witness virginia;

  @BeforeEach
  void start() throws Exception {
    cloud = TestCloud.start();
    virginia = cloud.in("us-east-1");
  }

  @AfterEach
  void stop() throws Exception {
    cloud.close();
  }

  @Test
  void listPrintsOneLine() throws Exception {
    String id = virginia.completed(1, THREE_BLOCKS);

    Invocation list = cloud.fsp("list", id, "-o", "us-east-1");

    assertThat(list.code()).isZero();
    assertLines(list, listLine(id));
    assertThat(list.err()).isEmpty();
  }

  @Test
  void downloadPrintsTheListLineThePathAndTheRate() throws Exception {
    String id = virginia.completed(1, THREE_BLOCKS);
    String path = directory.resolve("disk.img").toString();

    Invocation download = cloud.fsp("-o", "us-east-1", "download", id, path);

    assertThat(download.code()).isZero();
    assertLines(download, listLine(id), "\\['" + path + "'\\]", "download" + TOOK);
    assertThat(download.err()).isEmpty();
  }

  @Test
  void uploadPrintsItsLinesAndTheNewSnapshotLast() throws Exception {
    Path image = DiskImage.full(600_000, 7).create(directory.resolve("disk.img"));

    Invocation upload = cloud.fsp("upload", image.toString(), "-d", "us-east-1");

    assertThat(upload.code()).isZero();
    assertLines(
        upload,
        "Size of " + image + " is 600000 bytes and 2 chunks",
        image + TOOK,
        "Total chunks uploaded 2",
        ".+",
        ID);
    assertThat(virginia.snapshots()).containsExactly(upload.lastLine());
    assertThat(upload.err()).isEmpty();
  }

  @Test
  void copyPrintsTheListLineTheRateAndTheNewSnapshotLast() throws Exception {
    String id = virginia.completed(1, THREE_BLOCKS);

    Invocation copy = cloud.fsp("-o", "us-east-1", "copy", id, "-d", "eu-west-1");

    assertThat(copy.code()).isZero();
    assertLines(copy, listLine(id), "copy" + TOOK, ID);
    assertThat(cloud.in("eu-west-1").snapshots()).containsExactly(copy.lastLine());
    assertThat(copy.err()).isEmpty();
  }

  @Test
  void jsonOfListHasTheFactsOfItsLine() throws Exception {
    String id = virginia.completed(3, THREE_BLOCKS);

    JsonNode json = json(cloud.fsp("list", id, "-o", "us-east-1", "--json"));

    assertThat(json.get("command").asText()).isEqualTo("list");
    assertSizeOfThreeBlocks(json, id);
    assertThat(json.get("volume_size_gib").asInt()).isEqualTo(3);
    assertThat(json.get("seconds").asDouble()).isPositive();
  }

  @Test
  void jsonOfDownloadHasTheFactsOfItsLines() throws Exception {
    String id = virginia.completed(1, THREE_BLOCKS);
    Path path = directory.resolve("disk.img");

    JsonNode json = json(cloud.fsp("download", id, path.toString(), "--json"));

    assertThat(json.get("command").asText()).isEqualTo("download");
    assertSizeOfThreeBlocks(json, id);
    assertThat(json.get("paths").get(0).asText()).isEqualTo(path.toString());
    assertThat(json.get("paths")).hasSize(1);
    assertRate(json, THREE_BLOCKS_BYTES);
  }

  @Test
  void jsonOfUploadHasTheFactsOfItsLines() throws Exception {
    Path image = DiskImage.full(600_000, 7).create(directory.resolve("disk.img"));

    JsonNode json = json(cloud.fsp("upload", image.toString(), "-d", "us-east-1", "--json"));

    assertThat(json.get("command").asText()).isEqualTo("upload");
    assertThat(json.get("path").asText()).isEqualTo(image.toString());
    assertThat(json.get("size").asLong()).isEqualTo(600_000);
    assertThat(json.get("chunks").asLong()).isEqualTo(2);
    assertThat(json.get("region").asText()).isEqualTo("us-east-1");
    assertThat(virginia.snapshots()).containsExactly(json.get("snapshot").asText());
    assertRate(json, 600_000);
  }

  @Test
  void jsonOfCopyHasTheFactsOfItsLines() throws Exception {
    String id = virginia.completed(1, THREE_BLOCKS);

    JsonNode json = json(cloud.fsp("copy", id, "-o", "us-east-1", "-d", "eu-west-1", "--json"));

    assertThat(json.get("command").asText()).isEqualTo("copy");
    assertSizeOfThreeBlocks(json, id);
    assertThat(json.get("destination_region").asText()).isEqualTo("eu-west-1");
    assertThat(cloud.in("eu-west-1").snapshots())
        .containsExactly(json.get("destination_snapshot").asText());
    assertRate(json, THREE_BLOCKS_BYTES);
  }

  @Test
  void aSnapshotWithoutBlocksIsListedAsEmpty() throws Exception {
    String id = virginia.completed(1, Map.of());

    Invocation list = cloud.fsp("list", id);

    assertLines(list, "Snapshot " + id + " contains 0 chunks and 0 bytes, took " + T + " seconds.");
  }

  private static String listLine(String id) {
    return "Snapshot " + id + " contains 3 chunks and 1572864 bytes, took " + T + " seconds\\.";
  }

  private static void assertLines(Invocation run, String... patterns) {
    List<String> lines = run.lines();
    assertThat(lines).hasSameSizeAs(patterns);
    for (int i = 0; i < patterns.length; i++) {
      assertThat(lines.get(i)).matches(patterns[i]);
    }
  }

  private static void assertSizeOfThreeBlocks(JsonNode json, String id) {
    assertThat(json.get("snapshot").asText()).isEqualTo(id);
    assertThat(json.get("chunks").asLong()).isEqualTo(3);
    assertThat(json.get("bytes").asLong()).isEqualTo(THREE_BLOCKS_BYTES);
  }

  private static void assertRate(JsonNode json, long bytes) {
    assertThat(json.get("bytes_per_second").asDouble() * json.get("seconds").asDouble())
        .isCloseTo(bytes, withPercentage(0.01));
  }

  private static JsonNode json(Invocation run) throws Exception {
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.lines()).as("one object on one line").hasSize(1);
    return new ObjectMapper().readTree(run.out());
  }
}
