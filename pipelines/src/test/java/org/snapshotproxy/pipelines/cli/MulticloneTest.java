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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snapshotproxy.endpoint.service.BlockTallies;

/** One read of each block, many destinations, of which each fails by itself. */
@Tag("either-line")
class MulticloneTest {
  private static final Map<Integer, byte[]> BLOCKS =
      Map.of(
          0, Witness.block(1), 5, Witness.block(0), 64, Witness.block(2), 2047, Witness.block(3));
  private static final String T = "[0-9]+\\.[0-9]{2}";

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

  private Path list(Object... lines) throws IOException {
    return Files.write(
        directory.resolve("targets.txt"), Stream.of(lines).map(Object::toString).toList());
  }

  private Invocation multiclone(Path list, String... options) {
    return cloud.fsp(
        Stream.concat(Stream.of("multiclone", id, list.toString()), Stream.of(options))
            .toArray(String[]::new));
  }

  private Path file(String name) {
    return directory.resolve(name);
  }

  private void assertIsTheSnapshot(Path... targets) throws IOException {
    Path expected = virginia.restore(id, directory.resolve("expected"));
    for (Path target : targets) {
      Shell.assertSameBytes(expected, target);
    }
    Files.delete(expected);
  }

  private void assertLines(Invocation run, Path... succeeded) {
    String paths =
        String.join("', '", Stream.of(succeeded).map(Path::toString).toArray(String[]::new));
    List<String> lines = run.lines();
    assertThat(lines).as(run.err()).hasSize(3);
    assertThat(lines.get(0))
        .matches(
            "Snapshot " + id + " contains 4 chunks and 2097152 bytes, took " + T + " seconds\\.");
    assertThat(lines.get(1)).isEqualTo("['" + paths + "']");
    assertThat(lines.get(2)).matches("multiclone took " + T + " seconds at " + T + " bytes/sec\\.");
  }

  private void assertNoPartialFiles() throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      assertThat(files).noneMatch(path -> path.toString().endsWith(".partial"));
    }
  }

  @Test
  void fourFilesAreTheSnapshotFromOneReadOfEachBlock() throws Exception {
    Path old = Files.writeString(file("d"), "something else");
    Path list =
        list("# the four", file("a"), "", "  " + file("b") + "\t", file("c"), "# one more", old);
    cloud.control().tallies().track(true);

    Invocation run = multiclone(list);

    assertThat(run.code()).isZero();
    assertThat(cloud.control().tallies().of("GetSnapshotBlock", id))
        .isEqualTo(new BlockTallies.Tally(4, 0));
    assertLines(run, file("a"), file("b"), file("c"), old);
    assertThat(run.err()).isEmpty();
    assertIsTheSnapshot(file("a"), file("b"), file("c"), old);
    assertNoPartialFiles();
  }

  @Test
  void aPathMayBeAUri() throws Exception {
    multiclone(list(file("a").toUri(), file("b c"))).succeeded();

    assertIsTheSnapshot(file("a"), file("b c"));
  }

  @Test
  void devicesThatHeldGarbageAndAFreshFileBecomeTheSnapshot() throws Exception {
    Path first = Files.createDirectory(file("first"));
    Path second = Files.createDirectory(file("second"));
    try (LoopDevice one = LoopDevice.fullOfGarbage(first, DiskImage.GIB);
        LoopDevice two = LoopDevice.fullOfGarbage(second, DiskImage.GIB)) {
      cloud.control().tallies().track(true);

      Invocation run = multiclone(list(one.path(), file("a"), two.path()));

      assertThat(run.code()).as(run.err()).isZero();
      assertThat(cloud.control().tallies().of("GetSnapshotBlock", id))
          .isEqualTo(new BlockTallies.Tally(4, 0));
      assertLines(run, one.path(), file("a"), two.path());
      assertIsTheSnapshot(one.path(), file("a"), two.path());
      assertThat(Shell.allocatedBytes(file("a"))).isLessThanOrEqualTo(5L * DiskImage.BLOCK);
    }
  }

  @Test
  void oneThatCannotBePreparedIsNamedAndCanBeRepeated() throws Exception {
    Path lost = file("missing").resolve("b");
    Path again = file("again.txt");
    Path list = list(file("a"), lost, file("c"));

    Invocation run = multiclone(list, "--failed", again.toString());

    assertThat(run.code()).isEqualTo(1);
    assertLines(run, file("a"), file("c"));
    assertThat(run.err().lines().toList())
        .hasSize(2)
        .anyMatch(
            line ->
                line.startsWith("fsp: " + lost + " failed: The directory ")
                    && line.endsWith(" does not exist."))
        .anyMatch(
            line ->
                line.endsWith(
                    "fsp multiclone " + id + " " + again + " --endpoint-url " + cloud.url()));
    assertIsTheSnapshot(file("a"), file("c"));
    assertThat(again).hasContent(lost.toString());

    Files.createDirectory(lost.getParent());
    Invocation repeated = multiclone(again, "--failed", file("third.txt").toString());

    assertThat(repeated.code()).as(repeated.err()).isZero();
    assertLines(repeated, lost);
    assertIsTheSnapshot(lost);
    assertThat(file("third.txt")).isEmptyFile();
  }

  @Test
  void oneWhoseDiskIsFullIsNamedAndTheOthersAreFinished() throws Exception {
    Path list = directory.resolve("targets.txt");
    try (TemporaryMount small = TemporaryMount.tmpfs(directory, "1m")) {
      Path full = small.point().resolve("b");

      Invocation run = multiclone(list(file("a"), full, file("c")), "-q");

      assertThat(run.code()).isEqualTo(1);
      assertLines(run, file("a"), file("c"));
      assertThat(run.err())
          .startsWith("fsp: " + full + " failed: Cannot write block ")
          .contains("No space left on device")
          .hasLineCount(1);
      assertIsTheSnapshot(file("a"), file("c"));
      assertNoPartialFiles();
      assertThat(full).doesNotExist();
    }
    assertThat(list).exists();
  }

  @Test
  void aDeviceThatIsTooSmallIsNamedAndTheOthersAreFinished() throws Exception {
    try (LoopDevice small = LoopDevice.fullOfGarbage(directory, 1L << 20)) {
      Invocation run = multiclone(list(small.path(), file("a")));

      assertThat(run.code()).isEqualTo(1);
      assertLines(run, file("a"));
      assertThat(run.err()).contains("fsp: " + small.path() + " failed: ").contains("too small");
      assertIsTheSnapshot(file("a"));
      byte[] garbage = Files.readAllBytes(small.path());
      assertThat(garbage).containsOnly(0xEE);
    }
  }

  @Test
  void whenAllFailThereIsNoResult() throws Exception {
    Path a = file("missing").resolve("a");

    Invocation run = multiclone(list(a, directory));

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .contains("fsp: " + a + " failed: ")
        .contains("fsp: " + directory + " failed: ")
        .contains("2 of 2 destinations failed");
    assertThat(cloud.answered("GetSnapshotBlock")).isZero();
  }

  @Test
  void aFailureOfTheOriginLeavesNothingAndNamesItOnce() throws Exception {
    cloud.control().addFault("access-denied:op=GetSnapshotBlock");
    Path again = file("again.txt");

    Invocation run = multiclone(list(file("a"), file("b")), "--failed", again.toString());

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("GetSnapshotBlock").contains("denied").hasLineCount(1);
    assertThat(file("a")).doesNotExist();
    assertThat(file("b")).doesNotExist();
    assertThat(again).hasContent(file("a") + "\n" + file("b"));
    assertNoPartialFiles();
  }

  @Test
  void aListOfOneWorksAndFailsAsOneOfMany() throws Exception {
    try (TemporaryMount small = TemporaryMount.tmpfs(directory, "1m")) {
      Path full = small.point().resolve("b");

      Invocation failed = multiclone(list(full), "-q");
      Invocation whole = multiclone(list(file("a")));

      assertThat(failed.code()).isEqualTo(1);
      assertThat(failed.out()).isEmpty();
      assertThat(failed.err()).startsWith("fsp: " + full + " failed: Cannot write").hasLineCount(1);
      assertLines(whole, file("a"));
      assertIsTheSnapshot(file("a"));
    }
  }

  @Test
  void twoNamesOfOnePlaceAreRefused() throws Exception {
    Files.createSymbolicLink(file("link"), Path.of("a"));
    Path sub = Files.createDirectory(file("sub"));

    assertRefused("twice", file("a"), file("a"));
    assertRefused("the same place", file("a"), sub.resolve("..").resolve("a"));
    assertRefused("the same place", file("a"), file("link"));
    try (LoopDevice device = LoopDevice.fullOfGarbage(sub, 1 << 20)) {
      Path link = Files.createSymbolicLink(file("device"), device.path());
      assertRefused("the same place", device.path(), link);
    }
  }

  @Test
  void aListThatNamesNothingIsRefused() throws Exception {
    assertRefused("names no destination");
    assertRefused("names no destination", "", "# " + file("a"), "   ");

    Invocation missing = multiclone(file("none.txt"));

    assertThat(missing.code()).isEqualTo(2);
    assertThat(missing.err()).contains("none.txt").contains("no such file").hasLineCount(1);
  }

  private void assertRefused(String why, Object... lines) throws IOException {
    Invocation run = multiclone(list(lines));

    assertThat(run.code()).as(run.err()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains(why).contains("targets.txt").hasLineCount(1);
    assertThat(cloud.answered("GetSnapshotBlock")).isZero();
    assertThat(file("a")).doesNotExist();
  }

  @Test
  void theListItselfIsNoPlaceForTheFailedLines() throws Exception {
    Path list = list(file("a"));

    Invocation run = multiclone(list, "--failed", list.toString());

    assertThat(run.code()).isEqualTo(2);
    assertThat(list).hasContent(file("a").toString());
  }

  @Test
  void skippingZerosIsForFilesOnly() throws Exception {
    Invocation files = multiclone(list(file("a"), file("b")), "--skip-zeros");

    assertThat(files.code()).as(files.err()).isZero();
    assertIsTheSnapshot(file("a"), file("b"));
    try (LoopDevice device = LoopDevice.fullOfGarbage(directory, DiskImage.GIB)) {
      Invocation run = multiclone(list(file("c"), device.path()), "--skip-zeros");

      assertThat(run.code()).isEqualTo(2);
      assertThat(run.err()).contains("--skip-zeros").hasLineCount(1);
      assertThat(file("c")).doesNotExist();
    }
  }

  @Test
  void jsonHasThePathsAndTheFailures() throws Exception {
    Path lost = file("missing").resolve("b");

    Invocation run = multiclone(list(file("a"), lost), "--json");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.lines()).hasSize(1);
    JsonNode json = new ObjectMapper().readTree(run.out());
    assertThat(json.get("command").asText()).isEqualTo("multiclone");
    assertThat(json.get("snapshot").asText()).isEqualTo(id);
    assertThat(json.get("chunks").asLong()).isEqualTo(4);
    assertThat(json.get("paths")).hasSize(1);
    assertThat(json.get("paths").get(0).asText()).isEqualTo(file("a").toString());
    assertThat(json.get("failures")).hasSize(1);
    assertThat(json.get("failures").get(lost.toString()).asText()).contains("does not exist");
  }

  @Test
  void aDryRunChecksEachTargetAndWritesNothing() throws Exception {
    Path lost = file("missing").resolve("b");
    Path again = file("again.txt");

    Invocation run = multiclone(list(file("a"), lost), "--dry-run", "--failed", again.toString());

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out())
        .contains("ok       ebs:GetSnapshotBlock on " + id)
        .contains("ok       target " + file("a"))
        .contains("FAILED   target " + lost);
    assertThat(file("a")).doesNotExist();
    assertThat(again).doesNotExist();
  }
}
