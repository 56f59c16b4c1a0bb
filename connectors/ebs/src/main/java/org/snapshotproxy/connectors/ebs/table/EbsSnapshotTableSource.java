package org.snapshotproxy.connectors.ebs.table;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.ProviderContext;
import org.apache.flink.table.connector.source.DataStreamScanProvider;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.connector.source.ScanTableSource;
import org.apache.flink.table.connector.source.abilities.SupportsFilterPushDown;
import org.apache.flink.table.connector.source.abilities.SupportsLimitPushDown;
import org.apache.flink.table.connector.source.abilities.SupportsProjectionPushDown;
import org.apache.flink.table.connector.source.abilities.SupportsReadingMetadata;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.expressions.ResolvedExpression;
import org.apache.flink.table.types.DataType;

/** A table as the planner sees it, which tells it here what a query needs of it. */
final class EbsSnapshotTableSource
    implements ScanTableSource,
        SupportsProjectionPushDown,
        SupportsReadingMetadata,
        SupportsFilterPushDown,
        SupportsLimitPushDown {
  private final BlockScan scan;

  private List<Column> columns;
  private List<Column> metadata = List.of();
  private BlockWindow window = BlockWindow.ALL;
  private long limit = Long.MAX_VALUE;
  private DataType produced;

  /**
   * @param columns all physical ones of the table, in its order
   * @param type the type of a row of them
   */
  EbsSnapshotTableSource(BlockScan scan, List<Column> columns, DataType type) {
    this.scan = scan;
    this.columns = List.copyOf(columns);
    this.produced = type;
  }

  @Override
  public ChangelogMode getChangelogMode() {
    return ChangelogMode.insertOnly();
  }

  @Override
  public ScanRuntimeProvider getScanRuntimeProvider(ScanContext context) {
    List<Column> row = new ArrayList<>(columns);
    row.addAll(metadata);
    TypeInformation<RowData> type = context.createTypeInformation(produced);
    BlockWindow blocks = window;
    long enough = limit;
    return new DataStreamScanProvider() {
      @Override
      public DataStream<RowData> produceDataStream(
          ProviderContext provider, StreamExecutionEnvironment env) {
        return scan.rows(env, row, blocks, enough, type, provider::generateUid);
      }

      @Override
      public boolean isBounded() {
        return true;
      }
    };
  }

  @Override
  public boolean supportsNestedProjection() {
    return false;
  }

  @Override
  public void applyProjection(int[][] fields, DataType type) {
    List<Column> all = columns;
    columns = Arrays.stream(fields).map(path -> all.get(path[0])).toList();
    produced = type;
  }

  @Override
  public Map<String, DataType> listReadableMetadata() {
    Map<String, DataType> all = new LinkedHashMap<>();
    for (Column column : Column.values()) {
      if (column.isMetadata()) {
        all.put(column.label(), column.type());
      }
    }
    return all;
  }

  @Override
  public void applyReadableMetadata(List<String> keys, DataType type) {
    metadata =
        keys.stream()
            .map(
                key ->
                    Arrays.stream(Column.values())
                        .filter(column -> column.isMetadata() && column.label().equals(key))
                        .findFirst()
                        .orElseThrow())
            .toList();
    produced = type;
  }

  @Override
  public Result applyFilters(List<ResolvedExpression> filters) {
    for (ResolvedExpression filter : filters) {
      window = window.under(filter);
    }
    // All stay with the query as well, which is asked for whatever says nothing about where.
    return Result.of(filters, filters);
  }

  @Override
  public void applyLimit(long rows) {
    limit = rows;
  }

  @Override
  public DynamicTableSource copy() {
    EbsSnapshotTableSource copy = new EbsSnapshotTableSource(scan, columns, produced);
    copy.metadata = metadata;
    copy.window = window;
    copy.limit = limit;
    return copy;
  }

  @Override
  public String asSummaryString() {
    return scan.name();
  }
}
