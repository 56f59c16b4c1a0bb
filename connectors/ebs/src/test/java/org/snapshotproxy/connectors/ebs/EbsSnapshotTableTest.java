package org.snapshotproxy.connectors.ebs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.ebs.model.GetSnapshotBlockResponse;

/** Snapshots as tables, asked through the planner, compared with what the plain client put. */
@SuppressWarnings("try") // Flink declares close() to throw any exception, interruption included
class EbsSnapshotTableTest {
  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(2)
              .build());

  /** In six segments, the first and the last of the volume among them. */
  private static final Set<Integer> BLOCKS =
      Set.of(0, 1, 63, 64, 65, 70, 127, 640, 641, 1000, 2046, 2047);

  private static final AtomicInteger FAILURES = new AtomicInteger();
  private static final AtomicReference<CountDownLatch> COVERED = new AtomicReference<>();
  private static final AtomicReference<Runnable> LISTING_STOPS = new AtomicReference<>();

  private LocalEbs ebs;
  private String id;

  @BeforeEach
  void start() throws Exception {
    ebs = new LocalEbs();
    id = ebs.snapshot(BLOCKS);
    ebs.control().counters().reset();
  }

  @AfterEach
  void stop() throws Exception {
    ebs.close();
  }

  private TableEnvironment tables(String columns, String... options) {
    TableEnvironment tables = TableEnvironment.create(EnvironmentSettings.inBatchMode());
    tables.executeSql(table(columns, options));
    return tables;
  }

  private String table(String columns, String... options) {
    Map<String, String> with = new TreeMap<>();
    with.put("connector", "ebs-snapshot");
    with.put("region", LocalEbs.REGION);
    with.put("snapshot-id", id);
    with.put("endpoint-url", ebs.access().endpoint("ebs").orElseThrow().toString());
    for (int i = 0; i < options.length; i += 2) {
      with.put(options[i], options[i + 1]);
    }
    List<String> pairs = new ArrayList<>();
    with.values().removeIf(Objects::isNull);
    with.forEach((key, value) -> pairs.add("'" + key + "' = '" + value + "'"));
    return "CREATE TABLE blocks (" + columns + ") WITH (" + String.join(", ", pairs) + ")";
  }

  private static List<Row> rows(TableEnvironment tables, String query) throws Exception {
    List<Row> rows = new ArrayList<>();
    try (CloseableIterator<Row> results = tables.executeSql(query).collect()) {
      results.forEachRemaining(rows::add);
    }
    return rows;
  }

  private static List<Long> sorted(List<Row> rows) {
    return rows.stream().map(row -> (Long) row.getField(0)).sorted().toList();
  }

  private static List<Long> sorted(Set<Integer> blocks) {
    return blocks.stream().map(Integer::longValue).sorted().toList();
  }

  private long reads() {
    return ebs.answered("GetSnapshotBlock", "ok");
  }

  @Test
  void whatTheListSaysIsAskedForWithoutReadingABlock() throws Exception {
    TableEnvironment tables =
        tables(
            "token STRING, length BIGINT, data BYTES, block_index BIGINT, byte_offset BIGINT,"
                + " change_kind STRING");

    List<Row> rows =
        rows(tables, "SELECT block_index, byte_offset, length, change_kind, token FROM blocks");

    assertThat(reads()).isZero();
    assertThat(sorted(rows)).isEqualTo(sorted(BLOCKS));
    for (Row row : rows) {
      int block = Math.toIntExact((Long) row.getField(0));
      assertThat(row.getField(1)).isEqualTo(block * 524_288L);
      assertThat(row.getField(2)).isEqualTo(524_288L);
      assertThat(row.getField(3)).isEqualTo("present");
      assertThat(read(block, (String) row.getField(4))).isEqualTo(LocalEbs.content(block));
    }
  }

  private byte[] read(int block, String token) {
    return ebs.plain()
        .getSnapshotBlock(
            r -> r.snapshotId(id).blockIndex(block).blockToken(token),
            ResponseTransformer.<GetSnapshotBlockResponse>toBytes())
        .asByteArray();
  }

  @Test
  void everythingIsTheBlocksOwn() throws Exception {
    TableEnvironment tables =
        tables("data BYTES, digest STRING, block_index BIGINT", "scan.read-concurrency", "3");

    List<Row> rows = rows(tables, "SELECT * FROM blocks");

    assertThat(rows).hasSize(BLOCKS.size());
    Map<Integer, byte[]> read = new TreeMap<>();
    for (Row row : rows) {
      int block = Math.toIntExact((Long) row.getField(2));
      byte[] content = LocalEbs.content(block);
      read.put(block, (byte[]) row.getField(0));
      assertThat(row.getField(0)).isEqualTo(content);
      assertThat(row.getField(1)).isEqualTo(HexFormat.of().formatHex(LocalEbs.sha256(content)));
    }
    assertThat(read.keySet()).isEqualTo(BLOCKS);
    assertThat(reads()).isEqualTo(BLOCKS.size());
  }

  @Test
  void changesAreToldFromBlocksThatAreGone() throws Exception {
    String first = id;
    id = ebs.child(first, 2, Set.of(1, 64, 700, 4095));
    ebs.control().loseBlocks(id, 63, 2); // 64 was changed before, and 63 was not
    ebs.control().counters().reset();
    TableEnvironment tables =
        tables(
            "block_index BIGINT NOT NULL, change_kind STRING, token STRING, digest STRING,"
                + " length BIGINT",
            "changes-since",
            first);

    List<Row> rows = rows(tables, "SELECT block_index, change_kind, digest, token FROM blocks");

    Map<Long, Row> byBlock = new TreeMap<>();
    rows.forEach(row -> byBlock.put((Long) row.getField(0), row));
    assertThat(rows).hasSize(5);
    assertThat(byBlock.keySet()).containsExactly(1L, 63L, 64L, 700L, 4095L);
    for (long gone : new long[] {63, 64}) {
      assertThat(byBlock.get(gone)).isEqualTo(Row.of(gone, "cleared", null, null));
    }
    for (long changed : new long[] {1, 700, 4095}) {
      byte[] content = LocalEbs.content((int) changed + LocalEbs.CHANGED);
      Row row = byBlock.get(changed);
      assertThat(row.getField(1)).isEqualTo("changed");
      assertThat(row.getField(2)).isEqualTo(HexFormat.of().formatHex(LocalEbs.sha256(content)));
      assertThat(row.getField(3)).isNotNull();
    }
    assertThat(reads()).isEqualTo(3);
  }

  @Test
  void whatIsTheSameInEveryRowIsMetadata() throws Exception {
    TableEnvironment tables =
        tables(
            "volume BIGINT METADATA FROM 'volume_bytes' VIRTUAL, block_index BIGINT,"
                + " snapshot_id STRING METADATA VIRTUAL");

    List<Row> rows = rows(tables, "SELECT DISTINCT snapshot_id, volume FROM blocks");

    assertThat(rows).containsExactly(Row.of(id, 1L << 30));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          block_index = 70                                       | 70
          70 = block_index                                       | 70
          block_index BETWEEN 64 AND 127                         | 64,65,70,127
          block_index >= 64 AND block_index < 127                | 64,65,70
          2046 <= block_index                                    | 2046,2047
          64 > block_index                                       | 0,1,63
          byte_offset >= 335544320 AND byte_offset <= 336068608  | 640,641
          byte_offset > 335544320 AND byte_offset < 400000000    | 641
          byte_offset = 524288                                   | 1
          block_index > 1000 AND block_index < 10                |
          block_index > 100 AND MOD(block_index, 2) = 1          | 127,641,2047
          block_index = 1 OR block_index = 1000                  | 1,1000
          block_index < -5                                       |
          block_index > 9000000000                               |
          block_index > 2000 AND block_index <= 9223372036854775807 | 2046,2047
          block_index <> 70 AND block_index BETWEEN 66 AND 640   | 127,640
          """)
  void aConditionOnWhereLeavesTheRightBlocks(String condition, String expected) throws Exception {
    TableEnvironment tables = tables("block_index BIGINT, byte_offset BIGINT");

    List<Row> rows = rows(tables, "SELECT block_index FROM blocks WHERE " + condition);

    assertThat(sorted(rows))
        .isEqualTo(
            expected == null
                ? List.of()
                : Arrays.stream(expected.split(",")).map(Long::valueOf).toList());
  }

  @Test
  void blocksOutsideOfTheConditionAreNotRead() throws Exception {
    TableEnvironment tables = tables("block_index BIGINT, data BYTES");

    List<Row> rows =
        rows(tables, "SELECT block_index, data FROM blocks WHERE block_index BETWEEN 65 AND 640");

    assertThat(sorted(rows)).containsExactly(65L, 70L, 127L, 640L);
    assertThat(reads()).isEqualTo(4);
  }

  @Test
  void aLimitReadsNoMoreThanEachSubtaskMayNeed() throws Exception {
    TableEnvironment tables = tables("block_index BIGINT, data BYTES");

    List<Row> rows = rows(tables, "SELECT block_index, data FROM blocks LIMIT 2");

    assertThat(rows).hasSize(2);
    for (Row row : rows) {
      int block = Math.toIntExact((Long) row.getField(0));
      assertThat(row.getField(1)).isEqualTo(LocalEbs.content(block));
    }
    // Two subtasks.
    assertThat(reads()).isBetween(2L, 4L);
  }

  @Test
  void noBlockIsLostOrDoubledByAFailureBehindACheckpoint() throws Exception {
    // A block in each of the 20 ranges that the source lists, two at a time and slowly.
    Set<Integer> blocks = new TreeSet<>();
    for (int range = 0; range < 20; range++) {
      blocks.add(range * 156 * 64 + range);
    }
    Map<Integer, byte[]> contents = new TreeMap<>();
    blocks.forEach(block -> contents.put(block, LocalEbs.content(block)));
    id = ebs.snapshot(98, contents);
    ebs.fault("latency:op=ListSnapshotBlocks,ms=200");
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.enableCheckpointing(20);
    StreamTableEnvironment tables = StreamTableEnvironment.create(env);
    tables.executeSql(table("block_index BIGINT, digest STRING", "scan.list-concurrency", "1"));
    FAILURES.set(0);
    COVERED.set(new CountDownLatch(1));
    LISTING_STOPS.set(() -> ebs.fault("server-error:op=ListSnapshotBlocks"));
    DataStream<Row> rows =
        tables
            .toDataStream(tables.sqlQuery("SELECT block_index, digest FROM blocks"))
            .map(new FailingBehindACheckpoint())
            .returns(Types.ROW(Types.LONG, Types.STRING));

    List<Row> collected = new ArrayList<>();
    try (CloseableIterator<Row> results = rows.executeAndCollect()) {
      assertThat(COVERED.get().await(120, TimeUnit.SECONDS)).isTrue();
      ebs.control().clearFaults();
      results.forEachRemaining(collected::add);
    }

    assertThat(FAILURES).hasValue(1);
    assertThat(sorted(collected)).isEqualTo(sorted(blocks));
  }

  /**
   * Has the listing stop at the first row, until a checkpoint has some; fails once, at the first
   * row behind that.
   */
  private static final class FailingBehindACheckpoint
      implements MapFunction<Row, Row>, CheckpointListener {
    private static final long serialVersionUID = 1L;

    private boolean seen;

    @Override
    public Row map(Row row) {
      Runnable first = LISTING_STOPS.getAndSet(null);
      if (first != null) {
        first.run();
      }
      if (COVERED.get().getCount() == 0 && FAILURES.compareAndSet(0, 1)) {
        throw new IllegalStateException("a failure on purpose");
      }
      seen = true;
      return row;
    }

    @Override
    public void notifyCheckpointComplete(long checkpoint) {
      if (seen) {
        COVERED.get().countDown();
      }
    }
  }

  @Test
  void aDamagedBlockIsReadAgain() throws Exception {
    ebs.fault("corrupt:n=2");
    TableEnvironment tables = tables("block_index BIGINT, data BYTES");

    List<Row> rows = rows(tables, "SELECT block_index, data FROM blocks");

    assertThat(rows).hasSize(BLOCKS.size());
    for (Row row : rows) {
      assertThat(row.getField(1))
          .isEqualTo(LocalEbs.content(Math.toIntExact((Long) row.getField(0))));
    }
    assertThat(reads()).isEqualTo(BLOCKS.size() + 2);
  }

  @Test
  void aBlockThatIsNeverWhatIsDeclaredForItEndsTheQuery() {
    ebs.fault("corrupt");
    TableEnvironment tables = tables("block_index BIGINT, digest STRING");

    assertThatThrownBy(() -> rows(tables, "SELECT digest FROM blocks WHERE block_index = 70"))
        .hasStackTraceContaining("Block 70 of " + id + " in us-east-1 was read 4 times");
    assertThat(reads()).isEqualTo(4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          snapshot-id              | vol-1      | 'snapshot-id' is 'vol-1', which is not a snapshot id
          changes-since            | yesterday  | 'changes-since' is 'yesterday', which is not a snapshot id
          region                   | here       | 'here' is not the name of a region
          endpoint-url             | localhost  | The endpoint 'localhost' is not a URL
          scan.list-concurrency    | 0          | 'scan.list-concurrency' is 0; it must be 1 to 1024.
          scan.read-concurrency    | 1025       | 'scan.read-concurrency' is 1025; it must be 1 to 1024.
          scan.requests-per-second | 0          | A limit of 0.0 requests per second lets none through
          snapshot-id              | snap-0     | no such snapshot
          regio                    | us-east-1  | Unsupported options found for 'ebs-snapshot'
          """)
  void aWrongOptionIsRefusedInASentence(String option, String value, String sentence) {
    TableEnvironment tables = tables("block_index BIGINT", option, value);

    assertThatThrownBy(() -> tables.explainSql("SELECT * FROM blocks"))
        .hasStackTraceContaining(sentence);
  }

  @ParameterizedTest
  @ValueSource(strings = {"snapshot-id", "region"})
  void whatIsMissingIsNamed(String option) {
    TableEnvironment tables = TableEnvironment.create(EnvironmentSettings.inBatchMode());
    tables.executeSql(table("block_index BIGINT", option, null));

    assertThatThrownBy(() -> tables.explainSql("SELECT * FROM blocks"))
        .hasStackTraceContaining("Missing required options are:\n\n" + option);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          blockindex BIGINT                      | has no column 'blockindex'; it may have any of block_index, byte_offset,
          block_index INT                        | 'block_index' is declared as INT; it must be BIGINT
          block_index BIGINT, digest BYTES       | 'digest' is declared as BYTES; it must be STRING
          block_index BIGINT, data STRING        | 'data' is declared as STRING; it must be BYTES
          block_index BIGINT, tier STRING METADATA | 'tier'
          """)
  void aWrongColumnIsRefusedInASentence(String columns, String sentence) {
    TableEnvironment tables = tables(columns);

    assertThatThrownBy(() -> tables.explainSql("SELECT * FROM blocks"))
        .hasStackTraceContaining(sentence);
  }

  @Test
  void aColumnThatGoneBlocksLackIsNotDeclaredAsNeverNull() {
    TableEnvironment tables = tables("token STRING NOT NULL", "changes-since", id);

    assertThatThrownBy(() -> tables.explainSql("SELECT * FROM blocks"))
        .hasStackTraceContaining("'token' is declared as NOT NULL, but blocks that changes");
  }
}
