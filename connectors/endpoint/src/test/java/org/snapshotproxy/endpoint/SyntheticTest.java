package org.snapshotproxy.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.snapshotproxy.endpoint.store.SyntheticSpec;
import software.amazon.awssdk.services.ebs.EbsClient;
import software.amazon.awssdk.services.ebs.model.Block;
import software.amazon.awssdk.services.ebs.model.ChangedBlock;

class SyntheticTest {
  private static final int TAIL = 64;
  private static final List<byte[]> PATTERNS =
      IntStream.range(0, 16).mapToObj(SyntheticTest::pattern).toList();

  private LocalEndpoint endpoint;
  private EbsClient ebs;

  @BeforeEach
  void start() throws IOException {
    endpoint = LocalEndpoint.start(EndpointConfig.builder().completionDelay(Duration.ZERO).build());
    ebs = Clients.ebs(endpoint.uri());
  }

  @AfterEach
  void stop() throws IOException {
    ebs.close();
    endpoint.close();
  }

  private String synthetic(int gib, SyntheticSpec rule) throws IOException {
    return endpoint.control().synthetic("us-east-1", gib, rule);
  }

  private Set<Integer> indexes(String id) {
    return Clients.list(ebs, id).stream().map(Block::blockIndex).collect(Collectors.toSet());
  }

  /** The documented contents, made again from nothing: a pattern of 16, then seed and index. */
  private static boolean isContentOf(byte[] data, long seed, int index) {
    ByteBuffer tail = ByteBuffer.wrap(data, data.length - TAIL, TAIL).slice();
    if (tail.getLong() != seed || tail.getLong() != index) {
      return false;
    }
    while (tail.hasRemaining()) {
      if (tail.get() != 0) {
        return false;
      }
    }
    byte[] prefix = Arrays.copyOf(data, data.length - TAIL);
    return PATTERNS.stream().anyMatch(pattern -> Arrays.equals(pattern, prefix));
  }

  private static byte[] pattern(int number) {
    SplittableRandom random = new SplittableRandom(number);
    ByteBuffer bytes = ByteBuffer.allocate(Clients.BLOCK - TAIL);
    while (bytes.hasRemaining()) {
      bytes.putLong(random.nextLong());
    }
    return bytes.array();
  }

  @Test
  void contentsAreThoseOfTheRuleAndFitTheirChecksums() throws IOException {
    String id = synthetic(2, SyntheticSpec.full(11, 0.01));
    Map<Integer, byte[]> blocks = Clients.read(ebs, id);
    assertThat(blocks.size()).isBetween(15, 80);
    blocks.forEach((index, data) -> assertThat(isContentOf(data, 11, index)).isTrue());
  }

  @Test
  void aFractionOfTheBlocksIsZero() throws IOException {
    String id = synthetic(1, SyntheticSpec.full(5, 0.1).withZeros(0.5));
    long zeros =
        Clients.read(ebs, id).values().stream()
            .filter(data -> Arrays.equals(data, new byte[Clients.BLOCK]))
            .count();
    assertThat(zeros).isBetween(60L, 150L);
  }

  @Test
  void theSameRuleGivesTheSameListAndAnotherSeedAnother() throws IOException {
    Set<Integer> one = indexes(synthetic(4, SyntheticSpec.full(1, 0.3)));
    assertThat(indexes(synthetic(4, SyntheticSpec.full(1, 0.3)))).isEqualTo(one);
    assertThat(indexes(synthetic(4, SyntheticSpec.full(2, 0.3)))).isNotEqualTo(one);
    assertThat(one.size()).isBetween(2200, 2700);
  }

  @Test
  void runsExistOrNotTogether() throws IOException {
    Set<Integer> found = indexes(synthetic(4, SyntheticSpec.full(1, 0.5).withRun(64)));
    assertThat(found).isNotEmpty();
    for (int run = 0; run < 8192 / 64; run++) {
      int first = run * 64;
      long present = found.stream().filter(i -> i / 64 == first / 64).count();
      assertThat(present).isIn(0L, 64L);
    }
  }

  @Test
  void aPairDiffersByWhatTheListSays() throws IOException {
    String parent = synthetic(1, SyntheticSpec.full(1, 0.1));
    String child =
        endpoint.control().syntheticChild(parent, SyntheticSpec.delta(2, 0.3, 0.05, 0.25));
    Set<Integer> before = indexes(parent);
    Set<Integer> after = indexes(child);
    Set<Integer> removed = new HashSet<>();
    Set<Integer> added = new HashSet<>();
    Set<Integer> changed = new HashSet<>();
    for (ChangedBlock c :
        ebs.listChangedBlocks(r -> r.firstSnapshotId(parent).secondSnapshotId(child))
            .changedBlocks()) {
      Set<Integer> kind =
          c.secondBlockToken() == null ? removed : c.firstBlockToken() == null ? added : changed;
      kind.add(c.blockIndex());
    }
    assertThat(List.of(removed.size(), added.size(), changed.size()))
        .allSatisfy(size -> assertThat(size).isGreaterThan(20));
    Set<Integer> expected = new HashSet<>(before);
    expected.removeAll(removed);
    expected.addAll(added);
    assertThat(after).isEqualTo(expected);
    Map<Integer, byte[]> blocks = Clients.read(ebs, child);
    blocks.forEach(
        (index, data) -> {
          boolean own = added.contains(index) || changed.contains(index);
          assertThat(isContentOf(data, own ? 2 : 1, index)).isTrue();
        });
  }

  @Test
  void aStoredChildOfASyntheticSnapshotAndItsLostBlocks() throws IOException {
    String parent = synthetic(1, SyntheticSpec.full(1, 1));
    String child = ebs.startSnapshot(r -> r.volumeSize(1L).parentSnapshotId(parent)).snapshotId();
    Clients.put(ebs, child, 0, Clients.block(0));
    Clients.complete(ebs, child, Map.of(0, Clients.block(0)));
    endpoint.control().loseBlocks(child, 100, 20);
    assertThat(Clients.list(ebs, child)).hasSize(2028);
    assertThat(
            ebs.listChangedBlocks(r -> r.firstSnapshotId(parent).secondSnapshotId(child))
                .changedBlocks())
        .hasSize(21);
    assertThatThrownBy(() -> endpoint.control().loseBlocks(parent, 0, 1))
        .hasMessageContaining("synthetic");
  }

  @Test
  void sixtyFourTebibytesAreListedFromAnyPlace() throws IOException {
    String id = synthetic(65_536, SyntheticSpec.full(1, 1));
    List<Integer> starts = new ArrayList<>(List.of(0, 50_000_000, 134_217_728 - 10_000));
    for (int start : starts) {
      var page = ebs.listSnapshotBlocks(r -> r.snapshotId(id).startingBlockIndex(start));
      assertThat(page.blocks()).hasSize(10_000);
      assertThat(page.blocks().get(9_999).blockIndex()).isEqualTo(start + 9_999);
    }
  }

  @Test
  void aRuleOutOfRangeIsRefused() {
    assertThatThrownBy(() -> SyntheticSpec.full(1, 1.5)).hasMessageContaining("density");
    assertThatThrownBy(() -> SyntheticSpec.delta(1, 0.8, 0, 0.3)).hasMessageContaining("together");
    assertThatThrownBy(() -> synthetic(0, SyntheticSpec.full(1, 1))).hasMessageContaining("65536");
  }
}
