package org.snapshotproxy.connectors.ebs.table;

import static org.snapshotproxy.connectors.ebs.table.EbsSnapshotTableOptions.CHANGES_SINCE;
import static org.snapshotproxy.connectors.ebs.table.EbsSnapshotTableOptions.ENDPOINT_URL;
import static org.snapshotproxy.connectors.ebs.table.EbsSnapshotTableOptions.LIST_CONCURRENCY;
import static org.snapshotproxy.connectors.ebs.table.EbsSnapshotTableOptions.PROFILE;
import static org.snapshotproxy.connectors.ebs.table.EbsSnapshotTableOptions.READ_CONCURRENCY;
import static org.snapshotproxy.connectors.ebs.table.EbsSnapshotTableOptions.REGION;
import static org.snapshotproxy.connectors.ebs.table.EbsSnapshotTableOptions.REQUESTS_PER_SECOND;
import static org.snapshotproxy.connectors.ebs.table.EbsSnapshotTableOptions.ROLE_ARN;
import static org.snapshotproxy.connectors.ebs.table.EbsSnapshotTableOptions.SNAPSHOT_ID;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.factories.DynamicTableSourceFactory;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.snapshotproxy.connectors.aws.AwsAccess;
import org.snapshotproxy.connectors.aws.RequestLimit;

/**
 * Makes the source of a table {@code WITH ('connector' = 'ebs-snapshot', …)}. For Flink, which
 * finds it by its service file. No service is asked before a query is planned.
 */
public final class EbsSnapshotTableFactory implements DynamicTableSourceFactory {
  private static final Pattern SNAPSHOT = Pattern.compile("snap-[0-9a-f]{1,59}");

  /** For Flink. */
  public EbsSnapshotTableFactory() {}

  @Override
  public String factoryIdentifier() {
    return "ebs-snapshot";
  }

  @Override
  public Set<ConfigOption<?>> requiredOptions() {
    return Set.of(SNAPSHOT_ID, REGION);
  }

  @Override
  public Set<ConfigOption<?>> optionalOptions() {
    return Set.of(
        CHANGES_SINCE,
        ENDPOINT_URL,
        PROFILE,
        ROLE_ARN,
        LIST_CONCURRENCY,
        READ_CONCURRENCY,
        REQUESTS_PER_SECOND);
  }

  @Override
  public DynamicTableSource createDynamicTableSource(Context context) {
    FactoryUtil.TableFactoryHelper helper = FactoryUtil.createTableFactoryHelper(this, context);
    helper.validate();
    ReadableConfig options = helper.getOptions();
    AwsAccess access =
        AwsAccess.of(
                options.get(REGION),
                options.get(PROFILE),
                options.get(ROLE_ARN),
                options.get(ENDPOINT_URL),
                System.getenv())
            .within(new RequestLimit(options.get(REQUESTS_PER_SECOND), 1));
    String since = options.getOptional(CHANGES_SINCE).map(id -> id(CHANGES_SINCE, id)).orElse("");
    BlockScan scan =
        new BlockScan(
            access,
            id(SNAPSHOT_ID, options.get(SNAPSHOT_ID)),
            since,
            concurrency(LIST_CONCURRENCY, options),
            concurrency(READ_CONCURRENCY, options));
    DataType row = context.getPhysicalRowDataType();
    return new EbsSnapshotTableSource(
        scan, columns((RowType) row.getLogicalType(), !since.isEmpty()), row);
  }

  private static String id(ConfigOption<String> option, String id) {
    if (!SNAPSHOT.matcher(id).matches()) {
      throw new ValidationException(
          "'%s' is '%s', which is not a snapshot id, such as snap-0123456789abcdef0."
              .formatted(option.key(), id));
    }
    return id;
  }

  private static int concurrency(ConfigOption<Integer> option, ReadableConfig options) {
    int value = options.get(option);
    if (value < 1 || value > 1024) {
      throw new ValidationException(
          "'%s' is %d; it must be 1 to 1024.".formatted(option.key(), value));
    }
    return value;
  }

  /** The columns that a table declares, in its order. */
  private static List<Column> columns(RowType row, boolean changes) {
    List<Column> columns = new ArrayList<>();
    for (RowType.RowField field : row.getFields()) {
      Column column =
          Column.physical(field.getName())
              .orElseThrow(
                  () ->
                      new ValidationException(
                          "A table of a snapshot has no column '%s'; it may have any of %s."
                              .formatted(field.getName(), Column.physicalNames())));
      check(column, field.getType(), changes);
      columns.add(column);
    }
    return columns;
  }

  private static void check(Column column, LogicalType declared, boolean changes) {
    LogicalType type = column.type().getLogicalType();
    if (!declared.copy(true).equals(type.copy(true))) {
      throw new ValidationException(
          "The column '%s' is declared as %s; it must be %s."
              .formatted(
                  column.label(), declared.asSummaryString(), type.copy(true).asSummaryString()));
    }
    if (changes && !declared.isNullable() && !column.isOfEveryBlock()) {
      throw new ValidationException(
          "The column '%s' is declared as NOT NULL, but blocks that changes have cleared have none."
              .formatted(column.label()));
    }
  }
}
