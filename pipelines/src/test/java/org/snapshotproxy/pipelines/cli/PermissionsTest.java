package org.snapshotproxy.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.snapshotproxy.endpoint.policy.Policy;

/**
 * The policies of {@code deploy/iam} are enough for the runs that its page gives them to, and allow
 * nothing that these do not ask for. Each side has a key of its own.
 */
@Tag("either-line")
class PermissionsTest {
  /** Keys are asked by EBS and S3, not by the tool. */
  private static final Set<String> KEYS =
      Set.of("kms-read", "kms-write", "kms-archive-read", "kms-archive-write");

  /** Flink's own S3 client, not the tool's, and not in all runs. */
  private static final String FLINK = "flink-storage";

  /** A dry run tells these with the archive that it looks for. */
  private static final Set<String> TOLD_OTHERWISE = Set.of("s3:GetObject", "s3:ListBucket");

  /** The dry run asks with a snapshot that has no tag. */
  private static final String ONE_TAG = "upload --tag TAGKEY=TAGVALUE";

  @TempDir static Path directory;
  private static PermissionRuns runs;

  @BeforeAll
  static void start() throws Exception {
    runs = new PermissionRuns(directory);
  }

  @AfterAll
  static void stop() throws Exception {
    runs.close();
  }

  @AfterEach
  void forget() {
    runs.forget();
  }

  static Stream<String> rows() {
    return PolicyPage.rows().keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void aRunNeedsTheseAndNoMore(String name) throws Exception {
    PolicyPage.Row row = PolicyPage.rows().get(name);
    runs.attach(row);

    if (!name.equals(ONE_TAG)) {
      Invocation dry = runs.dry(name);
      assertThat(dry.code()).as(dry.out()).isZero();
      assertThat(told(row)).allMatch(dry.out()::contains);
    }
    Invocation run = runs.real(name);
    runs.otherwise(name);

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(runs.denied()).as(run.err()).isEmpty();
    assertThat(runs.asked(PermissionRuns.ORIGIN)).isEqualTo(PolicyPage.actions(row.origin()));
    assertThat(runs.asked(PermissionRuns.DESTINATION))
        .isEqualTo(PolicyPage.actions(row.destination()));
    assertThat(runs.asked(PermissionRuns.S3)).isEqualTo(PolicyPage.actions(row.s3()));
  }

  /** What a dry run names. */
  private static Set<String> told(PolicyPage.Row row) {
    Set<String> actions = PolicyPage.actions(row.all().toList());
    actions.removeAll(TOLD_OTHERWISE);
    return actions;
  }

  @Test
  void aDryRunCannotTellWhatDependsOnTheNewSnapshotsTag() throws Exception {
    runs.attach(PolicyPage.rows().get(ONE_TAG));

    Invocation dry = runs.dry(ONE_TAG);

    assertThat(dry.lines())
        .filteredOn(line -> line.startsWith("FAILED"))
        .extracting(line -> line.split(" +")[1])
        .containsExactly("ebs:PutSnapshotBlock", "ebs:CompleteSnapshot", "ec2:DeleteSnapshot");
  }

  /** Every action of the table, in the first row that has it. */
  static Stream<Arguments> actions() {
    Set<String> seen = new HashSet<>();
    List<Arguments> all = new ArrayList<>();
    PolicyPage.rows()
        .forEach(
            (name, row) ->
                PolicyPage.actions(row.all().toList()).stream()
                    .filter(seen::add)
                    .forEach(action -> all.add(Arguments.of(action, name))));
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("actions")
  void aPermissionThatIsMissingIsNamed(String action, String name) throws Exception {
    runs.attach(PolicyPage.rows().get(name), deny(action));
    if (action.equals("ec2:DeleteSnapshot")) {
      runs.failBlocks();
    }

    Invocation run = runs.real(name);

    assertThat(run.err()).contains(action);
    assertThat(runs.denied()).contains(action);
  }

  private static Policy deny(String action) {
    return Policy.parse(
        """
        {"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"%s","Resource":"*"}}
        """
            .formatted(action));
  }

  @Test
  void aRoleOfAnotherAccountNeedsItsSideOnly() {
    runs.attachRole("reader", "list", "assume");

    Invocation list = runs.listAs("reader");

    assertThat(list.code()).as(list.err()).isZero();
    assertThat(runs.asked(PermissionRuns.ORIGIN)).isEqualTo(PolicyPage.actions(List.of("assume")));
    assertThat(runs.asked("reader")).isEqualTo(PolicyPage.actions(List.of("list")));
    assertThat(runs.listAs("another").err()).contains("sts:AssumeRole");
  }

  @ParameterizedTest
  @MethodSource("keySides")
  void theSentenceAboutAKeyNamesWhatItsPolicyAllows(String operation, String name, String policy)
      throws Exception {
    runs.fail("access-denied:reason=DEPENDENCY_ACCESS_DENIED,op=" + operation);

    Invocation run = runs.real(name);

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains(PolicyPage.actions(List.of(policy)));
  }

  static Stream<Arguments> keySides() {
    return Stream.of(
        Arguments.of("GetSnapshotBlock", "download", "kms-read"),
        Arguments.of("StartSnapshot", "upload", "kms-write"));
  }

  @Test
  void everyPolicyIsGivenToARun() throws Exception {
    Set<String> given =
        PolicyPage.rows().values().stream()
            .flatMap(PolicyPage.Row::all)
            .collect(Collectors.toCollection(TreeSet::new));
    given.addAll(KEYS);
    given.addAll(Set.of(FLINK, "assume"));

    assertThat(PolicyPage.names()).isEqualTo(given);
  }

  @Test
  void everyRowIsRun() {
    assertThat(PolicyPage.rows().keySet()).isEqualTo(runs.names());
  }

  /** With its words replaced, a document has none left. */
  @Test
  void theWordsToReplaceAreThoseOfThePage() throws Exception {
    try (Stream<Path> files = Files.walk(PolicyPage.DIRECTORY)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".json")).toList()) {
        String json = PolicyPage.read(file);
        new ObjectMapper().readTree(json);
        for (String word : PermissionRuns.WORDS.keySet()) {
          json = json.replace(word, "");
        }
        assertThat(json).as(file.toString()).doesNotContainPattern("\\b[A-Z]{4,}\\b");
      }
    }
    for (String word : PermissionRuns.WORDS.keySet()) {
      assertThat(PolicyPage.read(PolicyPage.DIRECTORY.resolve("README.md")))
          .contains("`" + word + "`");
    }
  }

  /** Endpoints of a VPC let through what the policies of all runs allow, and nothing else. */
  @Test
  void endpointPoliciesLetThroughWhatRunsNeed() throws Exception {
    Set<String> needed = new TreeSet<>(Set.of("sts:GetCallerIdentity"));
    Set<String> names = PolicyPage.names();
    names.removeAll(KEYS);
    names.remove(FLINK);
    needed.addAll(PolicyPage.actions(List.copyOf(names)));
    Set<String> let = new TreeSet<>();
    for (String service : List.of("ebs", "ec2", "s3", "sts")) {
      String json = PolicyPage.read(PolicyPage.DIRECTORY.resolve("vpc/" + service + ".json"));
      new ObjectMapper()
          .readTree(json)
          .findValues("Action")
          .forEach(actions -> actions.forEach(action -> let.add(action.asText())));
      assertThat(let).anyMatch(action -> action.startsWith(service + ":"));
    }
    assertThat(let).isEqualTo(needed);
  }
}
