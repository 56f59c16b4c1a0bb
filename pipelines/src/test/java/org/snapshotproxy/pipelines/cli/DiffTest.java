package org.snapshotproxy.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.snapshotproxy.endpoint.store.SyntheticSpec;

/** What two snapshots differ in, counted. */
class DiffTest {
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
  void oneLineHasChangedAndRemovedBlocksAndNoBlockIsRead() throws Exception {
    Lineage pair = Lineage.sparse(cloud, virginia, 1);
    cloud.control().counters().reset();

    Invocation diff = cloud.fsp("diff", pair.first(), pair.second(), "-o", "us-east-1");

    assertThat(diff.code()).as(diff.err()).isZero();
    assertThat(diff.lines()).singleElement().asString().matches(pair.line());
    assertThat(diff.err()).isEmpty();
    assertThat(cloud.answered("GetSnapshotBlock")).isZero();
  }

  @Test
  void jsonCountsChangedAndClearedBlocksApart() throws Exception {
    Lineage pair = Lineage.sparse(cloud, virginia, 2);
    cloud.control().addFault("short-page:size=1");

    Invocation diff = cloud.fsp("diff", pair.first(), pair.second(), "--json").succeeded();

    JsonNode json = new ObjectMapper().readTree(diff.out());
    assertThat(json.get("command").asText()).isEqualTo("diff");
    assertThat(json.get("first_snapshot").asText()).isEqualTo(pair.first());
    assertThat(json.get("second_snapshot").asText()).isEqualTo(pair.second());
    assertThat(json.get("chunks").asLong()).isEqualTo(pair.differing());
    assertThat(json.get("bytes").asLong()).isEqualTo(pair.differing() * 524_288L);
    assertThat(json.get("changed").asLong()).isEqualTo(pair.changes().size());
    assertThat(json.get("cleared").asLong()).isEqualTo(pair.gone().size());
    assertThat(json.get("first_volume_size_gib").asInt()).isEqualTo(1);
    assertThat(json.get("volume_size_gib").asInt()).isEqualTo(2);
    assertThat(json.get("seconds").asDouble()).isPositive();
  }

  @Test
  void aLargePairIsCountedAsThePlainSdkListsIt() throws Exception {
    String first =
        cloud.control().synthetic("us-east-1", 48, SyntheticSpec.full(3, 0.3).withRun(5));
    String second = cloud.control().syntheticChild(first, SyntheticSpec.delta(4, 0.1, 0.02, 0.05));
    Map<Integer, Boolean> changes = virginia.changes(first, second);
    long moved = changes.values().stream().filter(present -> present).count();

    Invocation diff = cloud.fsp("diff", first, second, "--json").succeeded();

    JsonNode json = new ObjectMapper().readTree(diff.out());
    assertThat(moved).isBetween(1L, changes.size() - 1L);
    assertThat(json.get("changed").asLong()).isEqualTo(moved);
    assertThat(json.get("cleared").asLong()).isEqualTo(changes.size() - moved);
  }

  @Test
  void unrelatedSnapshotsAreRefusedInOneSentence() throws Exception {
    String one = virginia.completed(1, Map.of(1, Witness.block(1)));
    String other = virginia.completed(1, Map.of(1, Witness.block(2)));

    Invocation diff = cloud.fsp("diff", one, other);

    assertThat(diff.code()).isEqualTo(1);
    assertThat(diff.out()).isEmpty();
    assertThat(diff.err())
        .contains(one, other, "one lineage", "copy or download", "verify")
        .hasLineCount(1);
  }

  @Test
  void aVolumeThatShrankIsRefused() throws Exception {
    Lineage pair = Lineage.sparse(cloud, virginia, 2);

    Invocation diff = cloud.fsp("diff", pair.second(), pair.first());

    assertThat(diff.code()).isEqualTo(1);
    assertThat(diff.err()).contains("2 GiB", "1 GiB", "never shrinks").hasLineCount(1);
  }

  @Test
  void whatIsNoSnapshotIdIsWrongUsage() {
    Invocation diff = cloud.fsp("diff", "snap-0123", "disk.img");

    assertThat(diff.code()).isEqualTo(2);
    assertThat(diff.err()).contains("'disk.img' is not a snapshot id").hasLineCount(1);
  }

  @Test
  void aDryRunAsksForTheListOfChanges() throws Exception {
    Lineage pair = Lineage.sparse(cloud, virginia, 1);
    cloud.control().addFault("access-denied:op=ListChangedBlocks");

    Invocation dry = cloud.fsp("diff", pair.first(), pair.second(), "--dry-run");

    assertThat(dry.code()).isEqualTo(1);
    assertThat(dry.out())
        .contains("FAILED   ebs:ListChangedBlocks on " + pair.first() + " and " + pair.second())
        .contains("ok       ebs:ListSnapshotBlocks on " + pair.first())
        .contains("ok       ebs:ListSnapshotBlocks on " + pair.second());
  }
}
