package org.snapshotproxy.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What each level says on standard error, in processes of their own, each with its own log. */
@Tag("either-line")
class VerbosityTest {
  @TempDir Path directory;
  private TestCloud cloud;
  private String id;
  private Path target;

  @BeforeEach
  void start() throws Exception {
    cloud = TestCloud.start();
    id =
        cloud
            .in("us-east-1")
            .completed(1, Map.of(0, Witness.block(1), 5, Witness.block(0), 64, Witness.block(2)));
    target = directory.resolve("disk.img");
  }

  @AfterEach
  void stop() throws Exception {
    cloud.close();
  }

  private Launched launch(Map<String, String> aws, String... arguments) throws Exception {
    return Launched.unpackaged(directory, aws, arguments);
  }

  /** A download that meets one failure of the service for each of its blocks' reads. */
  private Invocation download(String... levels) throws Exception {
    cloud.control().addFault("server-error:op=GetSnapshotBlock,n=2");
    List<String> arguments = new ArrayList<>(List.of(levels));
    arguments.addAll(List.of("download", id, target.toString()));
    try (Launched download =
        launch(Map.of("AWS_ENDPOINT_URL", cloud.url()), arguments.toArray(String[]::new))) {
      return download.end().succeeded();
    }
  }

  private static List<String> having(Invocation run, String words) {
    return run.err().lines().filter(line -> line.contains(words)).toList();
  }

  @Test
  void nothingIsSaidOfWhatGoesWell() throws Exception {
    assertThat(download().err()).isEmpty();
  }

  @Test
  void quietSaysErrorsOnly() throws Exception {
    cloud.control().addFault("corrupt:op=GetSnapshotBlock");

    try (Launched run =
        launch(Map.of("AWS_ENDPOINT_URL", cloud.url()), "-q", "download", id, target.toString())) {
      Invocation download = run.end();

      assertThat(download.code()).isEqualTo(1);
      assertThat(download.err()).hasLineCount(1).startsWith("fsp: Block ").contains("SHA-256");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-v", "--verbosity"})
  void onceSaysHowManyBlocksPassedAndFailed(String option) throws Exception {
    Invocation run = download(option);

    assertThat(having(run, " passed, "))
        .singleElement()
        .asString()
        .contains(target + ": 3 blocks passed, 0 failed");
    assertThat(having(run, "block 64 ")).isEmpty();
    assertThat(having(run, "attempt")).isEmpty();
  }

  @Test
  void twiceSaysItOfEachBlock() throws Exception {
    Invocation run = download("-vv");

    assertThat(having(run, " passed, ")).hasSize(1);
    for (int block : List.of(0, 5, 64)) {
      assertThat(having(run, "block " + block + " is written to " + target)).hasSize(1);
    }
    assertThat(having(run, "attempt")).isEmpty();
  }

  @Test
  void twiceNamesABlockThatFailed() throws Exception {
    cloud.control().addFault("access-denied:op=PutSnapshotBlock");

    try (Launched copy =
        launch(Map.of("AWS_ENDPOINT_URL", cloud.url()), "-vv", "copy", id, "-d", "eu-west-1")) {
      Invocation run = copy.end();

      assertThat(run.code()).isEqualTo(1);
      assertThat(having(run, "is not written to")).isNotEmpty();
      assertThat(having(run, "is not written to").get(0)).contains("block ").contains("denied");
    }
  }

  @Test
  void thriceSaysItOfEachRetry() throws Exception {
    Invocation run = download("-vvv");

    assertThat(having(run, " is written to ")).hasSize(3);
    assertThat(having(run, "GetSnapshotBlock").stream().filter(line -> line.contains("attempt 1")))
        .isNotEmpty();
    assertThat(having(run, "attempt").stream().filter(line -> line.contains("GetSnapshotBlock")))
        .hasSize(2);
  }

  @Test
  void aRequestThatGetsNowhereIsToldOfUnasked() throws Exception {
    cloud.control().addFault("throttle:op=GetSnapshotBlock");

    try (Launched download =
        launch(Map.of("AWS_ENDPOINT_URL", cloud.url()), "download", id, target.toString())) {
      Await.until("a warning that nothing moves", () -> download.said().contains("is tried again"));
      cloud.control().clearFaults();
      Invocation run = download.end().succeeded();

      assertThat(run.err().lines())
          .allMatch(
              line ->
                  line.matches(
                      "\\S+ WARN Retrier - GetSnapshotBlock of block \\d+ of "
                          + id
                          + " in us-east-1 failed, attempt \\d+ in \\d+ s, and is tried again in"
                          + " \\d+ ms: .*\\(Service: Ebs, Status Code: 400.*"));
    }
  }

  @Test
  void anEmptyEndpointVariableIsUnset() throws Exception {
    Map<String, String> aws =
        Map.of(
            "AWS_ENDPOINT_URL", "",
            "AWS_ENDPOINT_URL_EBS", cloud.url(),
            "AWS_ENDPOINT_URL_EC2", cloud.url());
    try (Launched list = launch(aws, "list", id)) {
      assertThat(list.end().succeeded().out()).contains(" contains 3 chunks ");
    }
  }
}
