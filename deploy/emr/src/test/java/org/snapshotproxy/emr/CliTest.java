package org.snapshotproxy.emr;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the script refuses, and what it asks AWS for. */
class CliTest {
  private static final String JAR = "fsp/fsp-job-flink-1.20.jar";

  @TempDir Path directory;
  private Cli emr;

  @BeforeEach
  void start() throws Exception {
    emr = new Cli(directory);
  }

  @ParameterizedTest
  @CsvSource({
    "FSP_EMR_BUCKET,'',create,FSP_EMR_BUCKET is not set",
    "FSP_EMR_BUCKET,s3://backups,create,without s3://",
    "FSP_EMR_BUCKET,backups/fsp,run,without a path",
    "FSP_EMR_SUBNET,'',create,FSP_EMR_SUBNET is not set",
    "FSP_EMR_SUBNET,vpc-0123456789abcdef0,create,it must be like subnet-0123456789abcdef0",
    "FSP_EMR_SUBNET,subnet-XYZ,setup,it must be like subnet-0123456789abcdef0",
    "FSP_TEST_CLUSTERS,'',status,make one with: emr create",
    "FSP_TEST_CLUSTERS,j-1 j-2,status,set FSP_EMR_CLUSTER to one of them"
  })
  void aWrongValueIsRefusedWithASentenceThatSaysWhatToChange(
      String name, String value, String command, String sentence) throws Exception {
    Program.Ended ended = emr.with(name, value).run(command);

    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.err()).contains(sentence).hasLineCount(1);
    assertThat(emr.calls()).noneMatch(call -> call.matches(".* (create|put|add|attach|cp)\\b.*"));
  }

  @Test
  void aRunWithoutACommandIsRefused() throws Exception {
    assertThat(emr.run("run").err()).contains("run needs a command of fsp");
    assertThat(emr.calls()).noneMatch(call -> call.contains("add-steps"));
  }

  @Test
  void anArgumentOfTwoLinesIsRefused() throws Exception {
    assertThat(emr.run("run", "list", "a\nb").err()).contains("control character");
    assertThat(emr.calls()).noneMatch(call -> call.contains("add-steps"));
  }

  @Test
  void theWordsOfACommandReachTheStepAsTheyAre() throws Exception {
    String file = "/mnt/\"x\"\\y&z|w.img";
    String description = "it's $HOME, ÄÖ/ ";

    Program.Ended ended = emr.run("run", "upload", file, "--description", description).succeeded();

    assertThat(ended.out()).isEqualTo("s-0123456789ABC\n");
    assertThat(emr.step())
        .endsWith("upload", file, "--description", description)
        .contains("s3://" + Cli.BUCKET + "/" + JAR);
  }

  @Test
  void theJarAndTheScriptOfTheStepAreWhereTheStepLooks() throws Exception {
    emr.run("setup").succeeded();

    Path bucket = emr.s3().resolve(Cli.BUCKET);
    assertThat(Files.size(bucket.resolve(JAR)))
        .isEqualTo(Files.size(Path.of(System.getProperty("fsp.job-jar"))));
    assertThat(bucket.resolve("fsp/on-yarn")).hasSameTextualContentAs(Cli.HERE.resolve("on-yarn"));
  }

  @Test
  void noPlaceholderIsLeftInWhatIsSent() throws Exception {
    emr.run("setup").succeeded();
    emr.run("create").succeeded();
    emr.run("permit", policy("read", "REGION"), "us-east-1").succeeded();
    emr.run("run", "list", "snap-0123456789abcdef0").succeeded();

    try (Stream<Path> files = Files.list(directory.resolve("asked"))) {
      List<Path> sent = files.filter(each -> each.toString().endsWith(".json")).toList();
      assertThat(sent)
          .extracting(each -> each.getFileName().toString())
          .containsExactlyInAnyOrder(
              "service-trust.json",
              "service-policy.json",
              "instance-trust.json",
              "instance-policy.json",
              "read.json",
              "ec2-attributes.json",
              "instance-fleets.json",
              "configurations.json",
              "auto-termination.json",
              "steps.json");
      for (Path file : sent) {
        JsonNode json = emr.sent(file.getFileName().toString());
        assertThat(json.toString())
            .doesNotContain("BUCKET", "SUBNET", "REGION", "ACCOUNT", "ARGUMENTS");
      }
    }
    assertThat(emr.calls()).anyMatch(call -> call.contains("--policy-name read-us-east-1"));
  }

  @Test
  void aPolicyThatIsNotThereIsNotPermitted() throws Exception {
    assertRefused(emr.run("permit", "fly.json", "us-east-1"), "there is no file 'fly.json'");
  }

  @Test
  void whatIsNoRegionIsNotPermitted() throws Exception {
    assertRefused(
        emr.run("permit", policy("read", "REGION"), "Virginia"), "'Virginia' is not a region");
  }

  @Test
  void aPolicyWithOpenPlacesIsNotPermitted() throws Exception {
    assertRefused(
        emr.run("permit", policy("archive-read", "REGION:BUCKET"), "us-east-1"),
        "wants more values than a region");
  }

  private void assertRefused(Program.Ended ended, String sentence) throws Exception {
    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.err()).startsWith("emr: ").contains(sentence);
    assertThat(emr.calls()).noneMatch(call -> call.contains("put-role-policy"));
  }

  /** A file like those of deploy/iam. */
  private String policy(String name, String resource) throws Exception {
    Path file = directory.resolve(name + ".json");
    Files.writeString(file, "{\n\"Resource\": \"arn:aws:ec2:" + resource + "::snapshot/*\"\n}\n");
    return file.toString();
  }
}
