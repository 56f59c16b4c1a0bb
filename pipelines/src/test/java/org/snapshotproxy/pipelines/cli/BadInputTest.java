package org.snapshotproxy.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What cannot work ends with one clear sentence and leaves nothing behind. */
@Tag("either-line")
class BadInputTest {
  private static final String NOWHERE = "snap-0123456789abcdef0";

  @TempDir Path directory;
  private TestCloud cloud;
  private Witness virginia;
  private String id;
  private Path target;

  @BeforeEach
  void start() throws Exception {
    cloud = TestCloud.start();
    virginia = cloud.in("us-east-1");
    id = virginia.completed(1, Map.of(0, Witness.block(1), 70, Witness.block(2)));
    target = directory.resolve("disk.img");
    System.setProperty("aws.disableEc2Metadata", "true");
  }

  @AfterEach
  void stop() throws Exception {
    System.clearProperty("aws.disableEc2Metadata");
    cloud.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"list", "download", "copy"})
  void anUnknownSnapshot(String command) {
    assertFails(on(command, NOWHERE), 1, NOWHERE, "us-east-1", "no such snapshot");
  }

  @ParameterizedTest
  @ValueSource(strings = {"list", "download", "copy"})
  void aSnapshotOfAnotherRegion(String command) {
    assertFails(on(command, id, "-o", "eu-west-1"), 1, id, "eu-west-1", "region");
  }

  @ParameterizedTest
  @ValueSource(strings = {"list", "download", "copy"})
  void aSnapshotThatIsNotCompleted(String command) {
    String pending = virginia.pending(1);

    Invocation run = on(command, pending);

    assertFails(run, 1, pending, "pending");
    assertThat(virginia.snapshots()).containsExactlyInAnyOrder(id, pending);
  }

  private Invocation on(String command, String snapshot, String... options) {
    Stream<String> words = Stream.of(command, snapshot);
    if (command.equals("download")) {
      words = Stream.concat(words, Stream.of(target.toString()));
    }
    return cloud.fsp(Stream.concat(words, Stream.of(options)).toArray(String[]::new));
  }

  @Test
  void noCredentials() {
    TestCloud.signAsNobody();
    System.setProperty("aws.sharedCredentialsFile", directory.resolve("none").toString());
    try {
      assertFails(cloud.fsp("list", id), 1, "credentials", "AWS_ACCESS_KEY_ID", "--profile");
    } finally {
      System.clearProperty("aws.sharedCredentialsFile");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ListSnapshotBlocks", "GetSnapshotBlock"})
  void readingThatIsDenied(String operation) {
    cloud.control().addFault("access-denied:op=" + operation);

    assertFails(cloud.fsp("download", id, target.toString()), 1, operation, "denied");

    assertThat(target).doesNotExist();
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void startingThatIsDenied() throws Exception {
    cloud.control().addFault("access-denied:op=StartSnapshot");

    assertFails(upload(), 1, "StartSnapshot", "denied");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PutSnapshotBlock", "CompleteSnapshot"})
  void writingThatIsDeniedTakesTheStartedSnapshotBack(String operation) throws Exception {
    cloud.control().addFault("access-denied:op=" + operation);

    Invocation upload = upload();

    assertThat(upload.code()).isEqualTo(1);
    assertThat(upload.out()).isEmpty();
    assertThat(upload.err().lines().toList()).hasSize(2).allMatch(line -> line.startsWith("fsp: "));
    assertThat(upload.err()).contains("deleted snap-").contains(operation + " ").contains("denied");
    assertThat(virginia.snapshots()).containsExactly(id);
  }

  @Test
  void aStartedSnapshotThatCannotBeTakenBackIsNamed() throws Exception {
    cloud.control().addFault("access-denied:op=PutSnapshotBlock+DeleteSnapshot");

    Invocation upload = upload();

    assertThat(upload.code()).isEqualTo(1);
    String left =
        virginia.snapshots().stream().filter(each -> !each.equals(id)).findAny().orElseThrow();
    assertThat(upload.err()).contains(left).contains("could not be deleted");
  }

  private Invocation upload() throws IOException {
    Path image = DiskImage.full(600_000, 1).create(directory.resolve("source.img"));
    return cloud.fsp("upload", image.toString());
  }

  @Test
  void anEndpointThatIsDown() throws Exception {
    int port;
    try (ServerSocket closedAtOnce = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = closedAtOnce.getLocalPort();
    }

    Invocation list = Invocation.of("list", id, "--endpoint-url", "http://127.0.0.1:" + port);

    assertFails(list, 1, "could not connect", "endpoint");
  }

  @Test
  void anImageThatDoesNotExist() {
    assertFails(cloud.fsp("upload", target.toString()), 1, target.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"file:relative", "file://host/disk.img", ""})
  void anImageWhoseNameIsNone(String name) {
    assertFails(cloud.fsp("upload", name), 2, "'" + name + "'");
  }

  @Test
  void aDemoOfAnImageThatDoesNotExist() {
    Invocation demo = Invocation.of("demo", "--image", target.toString());

    assertThat(demo.code()).isEqualTo(1);
    assertThat(demo.err()).isEqualTo("fsp: " + target + ": no such file or directory.\n");
  }

  @Test
  void anEndpointWhoseDataDirectoryIsAFile() throws Exception {
    Files.createFile(target);

    assertFails(
        Invocation.of("endpoint", "--port", "0", "--data", target.toString()),
        1,
        target.toString(),
        "directory");
  }

  @Test
  void anImageThatIsADirectory() {
    assertFails(cloud.fsp("upload", directory.toString()), 1, directory + " is a directory");
  }

  @Test
  void anImageThatIsACharacterDevice() {
    assertFails(cloud.fsp("upload", "/dev/zero"), 1, "/dev/zero is a character device");
  }

  @Test
  void anImageThatIsEmpty() throws Exception {
    Files.createFile(target);

    assertFails(cloud.fsp("upload", target.toString()), 1, target + " is empty");
  }

  @Test
  void anImageThatMayNotBeRead() throws Exception {
    Files.writeString(target, "secret");
    target.toFile().setReadable(false);
    assumeTrue(!Files.isReadable(target), "root reads everything");

    assertFails(cloud.fsp("upload", target.toString()), 1, target.toString(), "permission denied");
  }

  @Test
  void aTargetThatIsADirectory() {
    assertFails(cloud.fsp("download", id, directory.toString()), 1, directory + " is a directory");
  }

  @Test
  void aTargetInADirectoryThatDoesNotExist() {
    Path nowhere = directory.resolve("none").resolve("disk.img");

    assertFails(cloud.fsp("download", id, nowhere.toString()), 1, directory + "/none", "not exist");
  }

  @Test
  void aTargetOnAFullFileSystem() throws Exception {
    try (TemporaryMount small = TemporaryMount.tmpfs(directory, "768k")) {
      Invocation download = cloud.fsp("download", id, small.point().resolve("disk.img").toString());

      assertThat(download.code()).isEqualTo(1);
      assertThat(download.out()).isEmpty();
      assertThat(download.err()).contains("No space left on device");
      assertThat(small.point()).isEmptyDirectory();
    }
  }

  @Test
  void aFailedDownloadLeavesTheOldFileAsItWas() throws Exception {
    Files.writeString(target, "precious");
    cloud.control().addFault("access-denied:op=GetSnapshotBlock,block=70");

    assertFails(cloud.fsp("download", id, target.toString()), 1, "GetSnapshotBlock", "denied");

    assertThat(target).hasContent("precious");
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).containsExactly(target);
    }
  }

  @Test
  void aBlockThatIsDamagedAtItsOrigin() {
    cloud.control().addFault("corrupt:block=70");

    assertFails(cloud.fsp("download", id, target.toString()), 1, "Block 70", "SHA-256");

    assertThat(directory).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "frobnicate",
        "list",
        "list one two",
        "list snap-XYZ",
        "list vol-0123",
        "download snap-0123",
        "copy snap-0123 --frobnicate",
        "copy snap-0123 --skip-zeros -f",
        "copy snap-0123 --volume-size many",
        "copy snap-0123 --tag nothing",
        "list snap-0123 --parallelism many",
        "list snap-0123 --parallelism 0",
        "list snap-0123 --parallelism -3",
        "list snap-0123 -D nothing",
        "list snap-0123 --profile",
        "list snap-0123 --detached",
        "demo --cluster localhost:8081",
        "endpoint --port many",
        "endpoint --port 70000",
        "endpoint --fault frobnicate",
        "endpoint --credential nothing"
      })
  void wrongUsageIsExitCodeTwo(String line) {
    assertFails(cloud.fsp(line.isEmpty() ? new String[0] : line.split(" ")), 2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-o nowhere",
        "-o eu-west",
        "-d Ireland",
        "--destination-endpoint-url localhost:80",
        "--destination-endpoint-url ftp://localhost",
        "--role-arn frobnicate",
        "--volume-size 0",
        "--volume-size -1",
        "--volume-size 65537",
        "--run-id ",
        "-D parallelism.default=many",
        "-D parallelism.default=0",
        "-D fsp.read.threads=0",
        "-D fsp.read.threads=many",
        "-D fsp.write.threads=2000",
        "-D fsp.list.concurrency=0",
        "-D fsp.memory.budget=1mb",
        "-D fsp.memory.budget=much"
      })
  void aValueThatMakesNoSenseIsRefusedBeforeAnythingIsStarted(String option) {
    String name = option.split(" ")[0];
    String value = option.substring(name.length()).strip();

    Invocation copy = cloud.fsp("copy", id, name, value);

    assertThat(copy.code()).isIn(1, 2);
    assertFails(copy, copy.code());
    assertThat(cloud.answered("StartSnapshot")).isEqualTo(1);
  }

  @Test
  void aDescriptionThatIsTooLong() {
    assertFails(cloud.fsp("copy", id, "--description", "x".repeat(256)), 1, "255", "256");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../escape", "a b", "x/y"})
  void aRunIdThatIsNoName(String runId) {
    Invocation download = cloud.fsp("download", id, target.toString(), "--run-id", runId);

    assertThat(download.code()).isIn(1, 2);
    assertFails(download, download.code(), "run");
  }

  /** One sentence, for wrong usage also where to read on; nothing else, nothing left. */
  private void assertFails(Invocation run, int code, String... words) {
    assertThat(run.code()).as(run.err()).isEqualTo(code);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("fsp: ").doesNotContain("\tat ");
    assertThat(run.err().lines().filter(line -> !line.startsWith("Try 'fsp"))).hasSize(1);
    for (String word : words) {
      assertThat(run.err()).contains(word);
    }
    assertThat(cloud.in("eu-west-1").snapshots()).isEmpty();
  }
}
