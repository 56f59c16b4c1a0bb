package org.snapshotproxy.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snapshotproxy.endpoint.store.SyntheticSpec;

/** A child of a copy of the first snapshot that reads as the second, byte for byte. */
class SyncTest {
  private static final String T = "[0-9]+\\.[0-9]{2}";

  @TempDir Path directory;
  @TempDir Path endpoint;
  private TestCloud cloud;
  private Witness virginia;
  private Witness ireland;

  @BeforeEach
  void start() throws Exception {
    cloud = TestCloud.start(config -> config.dataDirectory(endpoint));
    virginia = cloud.in("us-east-1");
    ireland = cloud.in("eu-west-1");
  }

  @AfterEach
  void stop() throws Exception {
    cloud.close();
  }

  /** A clone made without the tool. */
  private String cloneOfTheFirst(Lineage pair) throws InterruptedException {
    return ireland.completed(1, pair.firstBlocks());
  }

  private Invocation sync(Lineage pair, String parent, String... options) {
    return cloud.fsp(
        Stream.concat(
                Stream.of("-o", "us-east-1", "sync", pair.first(), pair.second(), parent),
                Stream.concat(Stream.of("-d", "eu-west-1"), Stream.of(options)))
            .toArray(String[]::new));
  }

  private void assertReadsAsTheSecond(Lineage pair, String id) throws IOException {
    Path expected = virginia.restore(pair.second(), directory.resolve("expected"));
    Path restored = ireland.restore(id, directory.resolve("restored"));
    Shell.assertSameBytes(expected, restored);
    Files.delete(expected);
    Files.delete(restored);
  }

  @Test
  void onlyTheDifferencesAreSentAndTheLinesComeInTheirOrder() throws Exception {
    Lineage pair = Lineage.sparse(cloud, virginia, 1);
    String parent = cloneOfTheFirst(pair);
    cloud.control().counters().reset();

    Invocation sync = sync(pair, parent);

    assertThat(sync.code()).as(sync.err()).isZero();
    assertThat(sync.lines()).hasSize(3);
    assertThat(sync.lines().get(0)).matches(pair.line());
    String id = sync.lines().get(1);
    assertThat(sync.lines().get(2))
        .matches("sync took " + T + " seconds at " + T + " bytes/sec\\.");
    assertThat(sync.err()).isEmpty();
    assertThat(cloud.answered("GetSnapshotBlock")).isEqualTo(pair.changes().size());
    assertThat(cloud.answered("PutSnapshotBlock")).isEqualTo(pair.differing());
    assertThat(ireland.snapshots()).isEqualTo(Set.of(parent, id));
    assertThat(ireland.changes(parent, id)).hasSize(pair.differing());
    assertReadsAsTheSecond(pair, id);
  }

  @Test
  void everythingSentReadsTheSameWhereTheVolumeGrows() throws Exception {
    Lineage pair = Lineage.sparse(cloud, virginia, 2);
    String parent = cloneOfTheFirst(pair);
    cloud.control().counters().reset();

    Invocation sync = sync(pair, parent, "--full_copy", "--json").succeeded();

    JsonNode json = new ObjectMapper().readTree(sync.out());
    String id = json.get("destination_snapshot").asText();
    long listed = virginia.listed(pair.second()).size();
    assertThat(json.get("command").asText()).isEqualTo("sync");
    assertThat(json.get("chunks").asLong()).isEqualTo(pair.differing());
    assertThat(json.get("changed").asLong()).isEqualTo(pair.changes().size());
    assertThat(json.get("cleared").asLong()).isEqualTo(pair.gone().size());
    assertThat(json.get("written").asLong()).isEqualTo(listed);
    assertThat(json.get("parent_snapshot").asText()).isEqualTo(parent);
    assertThat(json.get("destination_region").asText()).isEqualTo("eu-west-1");
    assertThat(json.get("volume_size_gib").asInt()).isEqualTo(2);
    assertThat(ireland.describe(id).volumeSize()).isEqualTo(2);
    assertThat(cloud.answered("PutSnapshotBlock")).isEqualTo(listed + pair.gone().size());
    assertReadsAsTheSecond(pair, id);
  }

  @Test
  void aDensePairThroughFaultsComesWhole() throws Exception {
    Lineage pair = Lineage.dense(cloud, virginia);
    String parent = cloneOfTheFirst(pair);
    cloud.control().addFault("short-page:size=7");
    cloud.control().addFault("expired-page-token:every=9");
    cloud.control().addFault("expired-block-token:n=3");
    cloud.control().addFault("reset:p=0.03,op=ListChangedBlocks+GetSnapshotBlock+PutSnapshotBlock");

    Invocation sync = sync(pair, parent);

    cloud.control().clearFaults();
    assertThat(sync.code()).as(sync.err()).isZero();
    assertReadsAsTheSecond(pair, sync.lines().get(1));
  }

  @Test
  void aLargePairIsSyncedOntoItsCopy() throws Exception {
    String first =
        cloud.control().synthetic("us-east-1", 32, SyntheticSpec.full(3, 0.006).withZeros(0.1));
    String second = cloud.control().syntheticChild(first, SyntheticSpec.delta(4, 0.2, 0.001, 0.2));
    String parent =
        cloud.fsp("-o", "us-east-1", "copy", first, "-d", "eu-west-1").succeeded().lastLine();

    Invocation sync =
        cloud.fsp("-o", "us-east-1", "sync", first, second, parent, "-d", "eu-west-1").succeeded();

    Map<Integer, String> expected = virginia.contents(second);
    assertThat(expected).hasSizeGreaterThan(100).isNotEqualTo(virginia.contents(first));
    assertThat(ireland.contents(sync.lines().get(1))).isEqualTo(expected);
  }

  @Test
  void aParentThatIsACopyIsVerifiedAndThenUsed() throws Exception {
    Lineage pair = Lineage.sparse(cloud, virginia, 1);
    String parent = cloneOfTheFirst(pair);

    Invocation sync = sync(pair, parent, "--verify-base").succeeded();

    assertReadsAsTheSecond(pair, sync.lines().get(1));
  }

  @Test
  void aParentWithOneOtherBlockIsFoundAndNoSnapshotIsStarted() throws Exception {
    Lineage pair = Lineage.sparse(cloud, virginia, 1);
    Map<Integer, byte[]> blocks = new TreeMap<>(pair.firstBlocks());
    byte[] other = blocks.get(702).clone();
    other[524_287] ^= 1;
    blocks.put(702, other);

    assertIsFoundWrong(pair, ireland.completed(1, blocks), 702);
  }

  @Test
  void aParentWithABlockTooManyIsFoundAndNoSnapshotIsStarted() throws Exception {
    Lineage pair = Lineage.sparse(cloud, virginia, 1);
    Map<Integer, byte[]> blocks = new TreeMap<>(pair.firstBlocks());
    blocks.put(10, Witness.block(0)); // reads the same
    blocks.put(1333, Witness.block(9));

    assertIsFoundWrong(pair, ireland.completed(1, blocks), 1333);
  }

  private void assertIsFoundWrong(Lineage pair, String parent, int block) {
    cloud.control().counters().reset();

    Invocation sync = sync(pair, parent, "--verify-base");

    assertThat(sync.code()).isEqualTo(1);
    assertThat(sync.out()).isEmpty();
    assertThat(sync.err())
        .contains(parent, pair.first(), "block " + block, "" + block * 524_288L)
        .hasLineCount(1);
    assertThat(cloud.answered("StartSnapshot")).isZero();
  }

  @Test
  void aParentOfAnotherVolumeSizeIsRefused() throws Exception {
    Lineage pair = Lineage.sparse(cloud, virginia, 2);
    String parent = ireland.completed(2, pair.firstBlocks());

    Invocation sync = sync(pair, parent);

    assertThat(sync.code()).isEqualTo(1);
    assertThat(sync.err()).contains(parent, "2 GiB", "1 GiB", "no copy").hasLineCount(1);
    assertThat(ireland.snapshots()).containsExactly(parent);
  }

  @Test
  void aParentThatIsNotCompletedIsRefused() throws Exception {
    Lineage pair = Lineage.sparse(cloud, virginia, 1);
    String parent = ireland.pending(1);

    Invocation sync = sync(pair, parent);

    assertThat(sync.code()).isEqualTo(1);
    assertThat(sync.err()).contains(parent).hasLineCount(1);
    assertThat(ireland.snapshots()).containsExactly(parent);
  }

  @Test
  void aRunThatFailsLeavesNoSnapshot() throws Exception {
    Lineage pair = Lineage.sparse(cloud, virginia, 1);
    String parent = cloneOfTheFirst(pair);
    cloud.control().addFault("access-denied:op=PutSnapshotBlock,block=1500");

    Invocation sync = sync(pair, parent);

    assertThat(sync.code()).isEqualTo(1);
    assertThat(sync.out()).isEmpty();
    assertThat(ireland.snapshots()).containsExactly(parent);
  }

  @Test
  void aDryRunChecksBothSidesAndStartsNothing() throws Exception {
    Lineage pair = Lineage.sparse(cloud, virginia, 1);
    String parent = cloneOfTheFirst(pair);

    Invocation dry = sync(pair, parent, "--dry-run", "--verify-base=sample");

    assertThat(dry.code()).as(dry.out()).isZero();
    assertThat(dry.out())
        .contains("ebs:ListChangedBlocks on " + pair.first() + " and " + pair.second())
        .contains("ok       ebs:GetSnapshotBlock on " + parent + " in eu-west-1")
        .contains("ok       ebs:PutSnapshotBlock in eu-west-1")
        .contains("ok       parent " + parent);
    assertThat(ireland.snapshots()).containsExactly(parent);
  }
}
