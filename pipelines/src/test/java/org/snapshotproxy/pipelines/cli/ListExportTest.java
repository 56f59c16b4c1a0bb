package org.snapshotproxy.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snapshotproxy.endpoint.store.SyntheticSpec;

/** The map of a snapshot as files: every listed block once, and never two maps in one place. */
class ListExportTest {
  @TempDir Path directory;
  private TestCloud cloud;
  private Witness virginia;
  private Path map;

  @BeforeEach
  void start() throws Exception {
    cloud = TestCloud.start();
    virginia = cloud.in("us-east-1");
    map = directory.resolve("map");
  }

  @AfterEach
  void stop() throws Exception {
    cloud.close();
  }

  private String small() throws Exception {
    return virginia.completed(
        1, Map.of(0, Witness.block(1), 5, Witness.block(0), 64, Witness.block(2)));
  }

  /** The rows of all files, sorted by block; the directory holds nothing but whole files. */
  private static List<String> rows(Path map) throws IOException {
    List<String> rows = new ArrayList<>();
    try (Stream<Path> files = Files.list(map)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (!name.equals("_SUCCESS")) {
          assertThat(name).matches("blocks-.+\\.csv");
          rows.addAll(Files.readAllLines(file));
        }
      }
    }
    assertThat(map.resolve("_SUCCESS")).isEmptyFile();
    rows.sort((a, b) -> Integer.compare(index(a), index(b)));
    return rows;
  }

  private static int index(String row) {
    return Integer.parseInt(row.substring(0, row.indexOf(',')));
  }

  private List<String> expected(String id) {
    return virginia.listed(id).stream()
        .map(index -> index + "," + index * 524_288L + ",present,")
        .toList();
  }

  @Test
  void everyListedBlockStandsInTheFilesOnce() throws Exception {
    String id = cloud.control().synthetic("us-east-1", 20, SyntheticSpec.full(3, 0.5).withRun(7));

    Invocation list =
        cloud.fsp("list", id, "--export", map.toString(), "--parallelism", "3").succeeded();

    assertThat(rows(map)).isEqualTo(expected(id));
    assertThat(list.lines()).hasSize(1);
    assertThat(list.out()).contains(" contains " + virginia.listed(id).size() + " chunks ");
    assertThat(list.err()).isEmpty();
  }

  @Test
  void digestsAreThoseOfTheBlocks() throws Exception {
    String id = small();

    cloud.fsp("list", id, "--export", map.toString(), "--digests").succeeded();

    Path volume = virginia.restore(id, directory.resolve("volume"));
    List<String> expected = new ArrayList<>();
    try (RandomAccessFile bytes = new RandomAccessFile(volume.toFile(), "r")) {
      byte[] block = new byte[DiskImage.BLOCK];
      for (String row : expected(id)) {
        bytes.seek((long) index(row) * DiskImage.BLOCK);
        bytes.readFully(block);
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(block);
        expected.add(row + HexFormat.of().formatHex(digest));
      }
    }
    assertThat(rows(map)).hasSize(3).isEqualTo(expected);

    Path again = directory.resolve("again");
    cloud
        .fsp("list", id, "--export", again.toString(), "--digests", "-D", "fsp.skip-zeros=true")
        .succeeded();
    assertThat(rows(again)).isEqualTo(expected);
  }

  @Test
  void anEmptyDirectoryARelativePathAndASpaceAreTaken() throws Exception {
    String id = small();
    Path spaced = Files.createDirectory(directory.resolve("a map of 100%"));
    Path relative = Path.of("").toAbsolutePath().relativize(spaced);

    cloud.fsp("list", id, "--export", relative.toString()).succeeded();

    assertThat(rows(spaced)).isEqualTo(expected(id));
  }

  @Test
  void aUriIsTaken() throws Exception {
    String id = small();

    cloud.fsp("list", id, "--export", map.toUri().toString()).succeeded();

    assertThat(rows(map)).isEqualTo(expected(id));
  }

  @Test
  void aSecondMapInTheSameDirectoryIsRefused() throws Exception {
    String id = small();
    cloud.fsp("list", id, "--export", map.toString()).succeeded();

    Invocation again = cloud.fsp("list", id, "--export", map.toString());

    assertThat(again.code()).isEqualTo(1);
    assertThat(again.out()).isEmpty();
    assertThat(again.err()).hasLineCount(1).contains(map + " is not empty").contains("mixed");
    assertThat(rows(map)).isEqualTo(expected(id));
  }

  @Test
  void aFileIsNoDirectory() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "mine");

    Invocation list = cloud.fsp("list", small(), "--export", file.toString());

    assertThat(list.code()).isEqualTo(1);
    assertThat(list.err()).hasLineCount(1).contains("is a file");
    assertThat(file).hasContent("mine");
  }

  @ParameterizedTest
  @ValueSource(strings = {"nowhere://bucket/map", "s3://", ""})
  void whatFlinkHasNoFileSystemForIsRefused(String uri) throws Exception {
    Invocation list = cloud.fsp("list", small(), "--export", uri);

    assertThat(list.code()).isEqualTo(1);
    assertThat(list.out()).isEmpty();
    assertThat(list.err()).startsWith("fsp: ").hasLineCount(1);
  }

  @Test
  void digestsWithoutAnExportMakeNoSense() throws Exception {
    Invocation list = cloud.fsp("list", small(), "--digests");

    assertThat(list.code()).isEqualTo(2);
    assertThat(list.err()).hasLineCount(1).contains("--export");
  }

  @Test
  void aFailedRunLeavesNoPartOfAMap() throws Exception {
    String id = small();
    cloud.control().addFault("access-denied:op=GetSnapshotBlock");
    Path mine = Files.createDirectory(directory.resolve("mine"));

    Invocation list = cloud.fsp("list", id, "--export", map.toString(), "--digests");
    Invocation into = cloud.fsp("list", id, "--export", mine.toString(), "--digests");

    assertThat(list.code()).isEqualTo(1);
    assertThat(list.out()).isEmpty();
    assertThat(list.err()).hasLineCount(1).contains("GetSnapshotBlock").contains("denied");
    assertThat(map).doesNotExist();
    assertThat(into.code()).isEqualTo(1);
    assertThat(mine).isEmptyDirectory();
  }

  @Test
  void aDryRunChecksTheDirectory() throws Exception {
    Files.writeString(Files.createDirectory(map).resolve("other"), "");

    Invocation dry = cloud.fsp("list", small(), "--export", map.toString(), "--dry-run");

    assertThat(dry.code()).isEqualTo(1);
    assertThat(dry.out()).contains("FAILED   export " + map);
  }
}
