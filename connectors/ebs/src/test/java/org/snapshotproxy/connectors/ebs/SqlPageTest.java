package org.snapshotproxy.connectors.ebs;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The statements of the connectors' page, in its order and as they are printed there, but for the
 * snapshots' ids and the endpoint.
 */
@SuppressWarnings("try") // Flink declares close() to throw any exception, interruption included
class SqlPageTest {
  private static final Path PAGE = Path.of("..", "README.md");
  private static final Pattern STATEMENT = Pattern.compile("```sql\\n(.*?);\\n```", Pattern.DOTALL);
  private static final long BLOCK = 524_288;

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(2)
              .build());

  private static final byte[] ZEROS = new byte[(int) BLOCK];
  private static final byte[] TWICE = LocalEbs.content(1);
  private static final byte[] MOVED = withText(LocalEbs.content(2), "-----BEGIN PRIVATE KEY-----");

  private static byte[] withText(byte[] bytes, String text) {
    byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(ascii, 0, bytes, 77_777, ascii.length);
    return bytes;
  }

  @Test
  void everyStatementOfThePageAnswersRight() throws Exception {
    try (LocalEbs ebs = new LocalEbs()) {
      Map<Integer, byte[]> blocks = new TreeMap<>();
      blocks.put(0, LocalEbs.content(0));
      blocks.put(1, TWICE);
      blocks.put(2, TWICE);
      blocks.put(3, ZEROS);
      blocks.put(2048, ZEROS);
      blocks.put(4095, MOVED);
      blocks.put(4096, LocalEbs.content(3));
      String first = ebs.snapshot(3, blocks);
      String second = ebs.child(first, 3, Map.of(0, LocalEbs.content(4), 100, MOVED));
      ebs.control().loseBlocks(second, 4096, 1);
      TableEnvironment tables = TableEnvironment.create(EnvironmentSettings.inBatchMode());

      List<List<Row>> answers = new ArrayList<>();
      for (String statement : statements(ebs, first, second)) {
        List<Row> rows = new ArrayList<>();
        try (CloseableIterator<Row> results = tables.executeSql(statement).collect()) {
          results.forEachRemaining(rows::add);
        }
        answers.add(rows);
      }

      assertThat(answers).hasSize(8); // two of them make the tables
      assertThat(answers.get(2))
          .containsExactly(Row.of(0L, 4 * BLOCK), Row.of(1L, 2 * BLOCK), Row.of(2L, BLOCK));
      assertThat(answers.get(3))
          .usingElementComparator(SqlPageTest::compareNumbers)
          .containsExactlyInAnyOrder(
              Row.of("changed", 2 * BLOCK, percent(2)), Row.of("cleared", BLOCK, percent(1)));
      assertThat(answers.get(4))
          .isEqualTo(
              Stream.of(
                      Row.of(hex(TWICE), 2L, 1L, 2 * BLOCK), Row.of(hex(ZEROS), 2L, 3L, 2 * BLOCK))
                  .sorted(Comparator.comparing(row -> (String) row.getField(0)))
                  .toList());
      assertThat(answers.get(5)).containsExactly(Row.of(2L));
      assertThat(answers.get(6)).containsExactly(Row.of(100L, 4095L));
      assertThat(answers.get(7)).containsExactly(Row.of(4095L));
    }
  }

  private static List<String> statements(LocalEbs ebs, String first, String second)
      throws Exception {
    String endpoint = ebs.access().endpoint("ebs").orElseThrow().toString();
    return STATEMENT
        .matcher(Files.readString(PAGE))
        .results()
        .map(result -> result.group(1))
        .map(sql -> sql.replace("snap-0123456789abcdef0", first))
        .map(sql -> sql.replace("snap-0fedcba9876543210", second))
        .map(
            sql ->
                sql.replace(
                    "'connector' = 'ebs-snapshot',",
                    "'connector' = 'ebs-snapshot', 'endpoint-url' = '" + endpoint + "',"))
        .toList();
  }

  private static String hex(byte[] block) {
    return HexFormat.of().formatHex(LocalEbs.sha256(block));
  }

  private static BigDecimal percent(long blocks) {
    return BigDecimal.valueOf(blocks * BLOCK * 100 / (3.0 * (1L << 30)));
  }

  /** Rows of a word, a number and a part of a hundred, which SQL rounds. */
  private static int compareNumbers(Row a, Row b) {
    double difference =
        ((BigDecimal) a.getField(2)).subtract((BigDecimal) b.getField(2)).doubleValue();
    boolean equal =
        a.getField(0).equals(b.getField(0))
            && a.getField(1).equals(b.getField(1))
            && Math.abs(difference) < 1e-5;
    return equal ? 0 : 1;
  }
}
