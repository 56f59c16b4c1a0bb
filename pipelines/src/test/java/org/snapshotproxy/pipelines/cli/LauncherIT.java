package org.snapshotproxy.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher and the packaged jar, from outside: each command is a process of its own. */
@Tag("either-line")
class LauncherIT {
  private static final String NO_ENDPOINT = "";

  @TempDir Path directory;

  /** The first start after a build prepares the faster ones, and says so. */
  @BeforeAll
  static void prepare(@TempDir Path elsewhere) throws Exception {
    Launched.run(elsewhere, NO_ENDPOINT, "--version");
  }

  private Invocation fsp(String... arguments) throws Exception {
    return Launched.run(directory, NO_ENDPOINT, arguments);
  }

  @Test
  void versionIsThePackagesAndItsCommit() throws Exception {
    Invocation version = fsp("--version");

    assertThat(version.code()).isZero();
    assertThat(version.out())
        .matches("fsp [0-9]+\\.[0-9]+\\.[0-9]+[^ ,]*, \\Q" + built() + "\\E\n");
    assertThat(version.err()).isEmpty();
  }

  /** What this was built from, in Git's own words. */
  private static String built() throws Exception {
    if (!Files.exists(Path.of("..", ".git"))) {
      return "built outside of its repository";
    }
    String commit = "commit " + Shell.run("git", "rev-parse", "HEAD");
    return Shell.run("git", "status", "--porcelain").isEmpty() ? commit : commit + ", with changes";
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "list", "download", "upload", "copy", "endpoint", "demo"})
  void helpHasAnExample(String command) throws Exception {
    Invocation help = command.isEmpty() ? fsp("--help") : fsp(command, "--help");

    assertThat(help.code()).isZero();
    assertThat(help.out())
        .contains("Usage: fsp")
        .containsPattern("Examples?:\n +fsp (-o us-east-1 )?" + command);
    assertThat(help.err()).isEmpty();
  }

  @Test
  void theCompletionScriptCompletesCommandsInBash() throws Exception {
    Invocation script = fsp("generate-completion");
    Path file = Files.writeString(directory.resolve("fsp-completion"), script.out());

    String completed =
        Shell.run(
            "bash",
            "-c",
            "source "
                + file
                // Outside a completion there are no options of one to set.
                + " && compopt() { :; } && COMP_WORDS=(fsp do) COMP_CWORD=1 && _complete_fsp && echo \"${COMPREPLY[@]}\"");

    assertThat(script.code()).isZero();
    assertThat(completed).isEqualTo("download");
  }

  @ParameterizedTest
  @CsvSource({"2, frobnicate", "2, list", "1, upload none.img", "2, list nonsense"})
  void exitCodesAndStreamsAreThoseOfTheCommand(int code, String line) throws Exception {
    Invocation run = fsp(line.split(" "));

    assertThat(run.code()).isEqualTo(code);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("fsp: ");
  }

  @Test
  void eachCommandWorksAgainstAnEndpointThatIsAnotherProcess() throws Exception {
    DiskImage image = DiskImage.sparse(30_000_000, 3);
    Path original = image.create(directory.resolve("original.img"));
    Path restored = directory.resolve("restored.img");
    try (Launched endpoint = endpoint()) {
      String url = url(endpoint);

      Invocation upload =
          Launched.run(directory, url, "upload", original.toString(), "-d", "us-east-1");
      Invocation copy =
          Launched.run(
              directory, url, "-o", "us-east-1", "copy", upload.lastLine(), "-d", "eu-west-1");
      Invocation list = Launched.run(directory, url, "-o", "eu-west-1", "list", copy.lastLine());
      Invocation download =
          Launched.run(
              directory, url, "-o", "eu-west-1", "download", copy.lastLine(), restored.toString());

      assertThat(list.out())
          .contains(" contains " + image.touched().cardinality() + " chunks and ")
          .hasLineCount(1);
      for (Invocation run : new Invocation[] {upload, copy, list, download}) {
        assertThat(run.code()).isZero();
        assertThat(run.err()).as("standard error, which is no terminal").isEmpty();
      }
    }
    Shell.assertSameBytes(image.as(directory.resolve("volume"), DiskImage.GIB), restored);
  }

  @Test
  void anEmptyEndpointVariableLeavesTheConfigFilesEndpointInForce() throws Exception {
    Path image = DiskImage.full(1_000_000, 3).create(directory.resolve("disk.img"));
    try (Launched endpoint = endpoint()) {
      String id = Launched.run(directory, url(endpoint), "upload", image.toString()).lastLine();
      Path config =
          Files.writeString(
              directory.resolve("config"), "[default]\nendpoint_url = " + url(endpoint) + "\n");
      Map<String, String> aws =
          Map.of(
              "AWS_CONFIG_FILE", config.toString(),
              "AWS_ENDPOINT_URL", "",
              "AWS_ENDPOINT_URL_EBS", "");

      try (Launched list = Launched.start(directory, aws, "list", id)) {
        assertThat(list.end().succeeded().out()).contains(" contains 2 chunks ");
      }
    }
  }

  @Test
  void aMapIsExportedToS3() throws Exception {
    Path image = DiskImage.full(1_000_000, 3).create(directory.resolve("disk.img"));
    try (Launched endpoint = endpoint();
        TestBucket bucket = new TestBucket()) {
      String id = Launched.run(directory, url(endpoint), "upload", image.toString()).lastLine();
      String map = "s3://" + bucket.name() + "/map";

      Map<String, String> aws =
          Map.of("AWS_ENDPOINT_URL", url(endpoint), "AWS_ENDPOINT_URL_S3", TestBucket.url());

      try (Launched list =
          Launched.start(directory, aws, "list", id, "--export", map, "-o", "us-east-1")) {
        list.end().succeeded();
      }
      String rows =
          bucket.keys("map/blocks-").stream()
              .map(key -> new String(bucket.get(key), StandardCharsets.UTF_8))
              .collect(Collectors.joining());
      assertThat(rows.lines()).containsExactlyInAnyOrder("0,0,present,", "1,524288,present,");
    }
  }

  @Test
  void anImageInS3IsUploaded() throws Exception {
    Path image = DiskImage.full(1_000_000, 3).create(directory.resolve("disk.img"));
    try (Launched endpoint = endpoint();
        TestBucket bucket = new TestBucket()) {
      bucket.put("disk.img", Files.readAllBytes(image));
      Map<String, String> aws =
          Map.of("AWS_ENDPOINT_URL", url(endpoint), "AWS_ENDPOINT_URL_S3", TestBucket.url());

      String id;
      try (Launched upload =
          Launched.start(
              directory, aws, "upload", "s3://" + bucket.name() + "/disk.img", "-o", "us-east-1")) {
        id = upload.end().succeeded().lastLine();
      }

      Invocation verify =
          Launched.run(directory, url(endpoint), "verify", id, image.toString(), "-o", "us-east-1");
      assertThat(verify.out()).as(verify.err()).contains(" are equal: ");
    }
  }

  @Test
  void anEndpointKeepsItsSnapshotsInItsDirectory() throws Exception {
    Path image = DiskImage.full(1_000_000, 3).create(directory.resolve("disk.img"));
    String id;
    try (Launched endpoint = endpoint()) {
      id = Launched.run(directory, url(endpoint), "upload", image.toString()).lastLine();
      endpoint.kill();
    }

    try (Launched endpoint = endpoint()) {
      Invocation list = Launched.run(directory, url(endpoint), "list", id);

      assertThat(list.out()).contains(" contains 2 chunks ");
    }
  }

  @Test
  void anEndpointEndsWhenItIsInterrupted() throws Exception {
    try (Launched endpoint = endpoint()) {
      url(endpoint);

      endpoint.interrupt();

      assertThat(endpoint.end().err()).isEmpty();
    }
  }

  private Launched endpoint() throws Exception {
    return Launched.start(directory, NO_ENDPOINT, "endpoint", "--port", "0", "--data", "snapshots");
  }

  private static String url(Launched endpoint) throws Exception {
    String line = endpoint.firstLine();
    assertThat(line).startsWith("Listening on http://127.0.0.1:");
    return line.substring("Listening on ".length());
  }

  @Test
  void theDemoProvesThatEveryByteCameBack() throws Exception {
    Invocation demo = fsp("demo");

    assertThat(demo.code()).as(demo.err()).isZero();
    assertThat(demo.out()).contains("Identical: ").contains("snap-");
    assertThat(demo.err()).isEmpty();
  }
}
