package org.snapshotproxy.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.snapshotproxy.endpoint.store.SyntheticSpec;

/** The drawing of a snapshot, against counts of the blocks that the plain SDK lists. */
class ListMapTest {
  private TestCloud cloud;
  private Witness virginia;

  @BeforeEach
  void start() throws Exception {
    cloud = TestCloud.start();
    virginia = cloud.in("us-east-1");
    System.setProperty("stdout.encoding", "UTF-8");
  }

  @AfterEach
  void stop() throws Exception {
    System.clearProperty("stdout.encoding");
    cloud.close();
  }

  private long[] counts(String id, int perCell) {
    long[] counts = new long[1024];
    virginia.listed(id).forEach(block -> counts[block / perCell]++);
    return counts;
  }

  private static List<String> drawn(long[] counts, int perCell, String shades) {
    List<String> rows = new ArrayList<>();
    for (int row = 0; row < 16; row++) {
      StringBuilder line = new StringBuilder("|");
      for (int cell = 64 * row; cell < 64 * row + 64; cell++) {
        double part = counts[cell] / (double) perCell;
        int shade = part == 0 ? 0 : part == 1 ? 4 : part <= 1 / 3.0 ? 1 : part <= 2 / 3.0 ? 2 : 3;
        line.append(shades.charAt(shade));
      }
      rows.add(line.append("|").toString());
    }
    return rows;
  }

  @Test
  void aLargeSnapshotIsDrawnCellByCell() throws Exception {
    String id = cloud.control().synthetic("us-east-1", 40, SyntheticSpec.full(5, 0.4).withRun(100));
    long[] counts = counts(id, 80);
    assertThat(counts).contains(0, 80);

    List<String> lines = cloud.fsp("list", id, "--map").succeeded().lines();

    assertThat(lines).hasSize(18);
    assertThat(lines.get(0)).startsWith("Snapshot " + id + " contains ");
    assertThat(lines.subList(1, 17)).isEqualTo(drawn(counts, 80, " ░▒▓█"));
    assertThat(lines.get(17))
        .isEqualTo(
            "One character is 41943040 bytes (80 blocks): ' ' none, '░' up to 1/3, '▒' up to 2/3, '▓' more, '█' all present.");
  }

  @Test
  void aTerminalWithoutShadesGetsAscii() throws Exception {
    System.setProperty("stdout.encoding", "US-ASCII");
    String id = virginia.completed(1, Map.of(0, Witness.block(1), 2, block(), 3, block()));

    List<String> lines = cloud.fsp("list", id, "--map").succeeded().lines();

    assertThat(lines.subList(1, 17)).isEqualTo(drawn(counts(id, 2), 2, " .:*#"));
    assertThat(lines.get(1)).startsWith("|:# ");
    assertThat(lines.get(17)).contains("1048576 bytes (2 blocks)").matches("\\p{ASCII}+");
  }

  private static byte[] block() {
    return Witness.block(7);
  }

  @Test
  void theCountsAsJson() throws Exception {
    String id = cloud.control().synthetic("us-east-1", 10, SyntheticSpec.full(6, 0.2).withRun(9));

    Invocation list = cloud.fsp("list", id, "--map", "--json").succeeded();

    assertThat(list.out()).hasLineCount(1);
    JsonNode map = new ObjectMapper().readTree(list.out()).get("map");
    assertThat(map.get("blocks_per_cell").asInt()).isEqualTo(20);
    assertThat(map.get("bytes_per_cell").asLong()).isEqualTo(20L * 524_288);
    List<Long> present = new ArrayList<>();
    map.get("present").forEach(count -> present.add(count.asLong()));
    assertThat(present).hasSize(1024);
    assertThat(present.stream().mapToLong(Long::longValue).toArray()).isEqualTo(counts(id, 20));
  }

  @Test
  void withoutTheOptionNothingIsDrawn() throws Exception {
    String id = virginia.completed(1, new TreeMap<>(Map.of(0, Witness.block(1))));

    assertThat(cloud.fsp("list", id).succeeded().lines()).hasSize(1);
    assertThat(cloud.fsp("list", id, "--json").succeeded().out()).doesNotContain("map");
  }
}
