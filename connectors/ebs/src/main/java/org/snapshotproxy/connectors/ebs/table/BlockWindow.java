package org.snapshotproxy.connectors.ebs.table;

import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import org.apache.flink.table.expressions.CallExpression;
import org.apache.flink.table.expressions.FieldReferenceExpression;
import org.apache.flink.table.expressions.ResolvedExpression;
import org.apache.flink.table.expressions.ValueLiteralExpression;
import org.apache.flink.table.functions.BuiltInFunctionDefinitions;
import org.apache.flink.table.functions.FunctionDefinition;
import org.snapshotproxy.connectors.base.Blocks;

/**
 * The blocks that a query's conditions leave to be looked at, or a few more: the query checks its
 * conditions itself.
 *
 * @param from first block index, at least 0
 * @param to end, exclusive; where it is not above {@code from}, there is none
 */
record BlockWindow(long from, long to) implements Serializable {
  private static final List<FunctionDefinition> LOWER =
      List.of(
          BuiltInFunctionDefinitions.GREATER_THAN,
          BuiltInFunctionDefinitions.GREATER_THAN_OR_EQUAL);

  private static final List<FunctionDefinition> UPPER =
      List.of(BuiltInFunctionDefinitions.LESS_THAN, BuiltInFunctionDefinitions.LESS_THAN_OR_EQUAL);

  /** Every block of every volume. */
  static final BlockWindow ALL =
      new BlockWindow(0, Blocks.blocksFor(Blocks.MAX_VOLUME_GIB * Blocks.GIB));

  boolean contains(long block) {
    return block >= from && block < to;
  }

  /** What is left under one more condition; the same, if that says nothing about where. */
  BlockWindow under(ResolvedExpression condition) {
    if (!(condition instanceof CallExpression call) || call.getResolvedChildren().size() != 2) {
      return this;
    }
    ResolvedExpression left = call.getResolvedChildren().get(0);
    ResolvedExpression right = call.getResolvedChildren().get(1);
    return left instanceof ValueLiteralExpression
        ? under(mirrored(call.getFunctionDefinition()), right, left)
        : under(call.getFunctionDefinition(), left, right);
  }

  private BlockWindow under(
      FunctionDefinition comparison, ResolvedExpression column, ResolvedExpression literal) {
    Optional<Long> unit = bytesOrBlocks(column);
    Optional<Long> number = whole(literal);
    if (unit.isEmpty() || number.isEmpty()) {
      return this;
    }
    long block = Math.floorDiv(number.get(), unit.get());
    boolean equal = comparison == BuiltInFunctionDefinitions.EQUALS;
    // One more than a block may be more than a long.
    long end = block < to ? block + 1 : to;
    if (equal || isOneOf(comparison, LOWER)) {
      return new BlockWindow(Math.max(from, block), equal ? end : to);
    }
    return isOneOf(comparison, UPPER) ? new BlockWindow(from, end) : this;
  }

  private static boolean isOneOf(FunctionDefinition comparison, List<FunctionDefinition> those) {
    return those.contains(comparison);
  }

  /** The comparison with its sides changed. */
  private static FunctionDefinition mirrored(FunctionDefinition comparison) {
    if (isOneOf(comparison, LOWER)) {
      return BuiltInFunctionDefinitions.LESS_THAN_OR_EQUAL;
    }
    return isOneOf(comparison, UPPER)
        ? BuiltInFunctionDefinitions.GREATER_THAN_OR_EQUAL
        : comparison;
  }

  /** How many of the column's units a block has. */
  private static Optional<Long> bytesOrBlocks(ResolvedExpression column) {
    if (!(column instanceof FieldReferenceExpression field)) {
      return Optional.empty();
    }
    if (field.getName().equals(Column.BLOCK_INDEX.label())) {
      return Optional.of(1L);
    }
    return field.getName().equals(Column.BYTE_OFFSET.label())
        ? Optional.of((long) Blocks.SIZE)
        : Optional.empty();
  }

  private static Optional<Long> whole(ResolvedExpression literal) {
    if (!(literal instanceof ValueLiteralExpression value)) {
      return Optional.empty();
    }
    return value
        .getValueAs(Number.class)
        .filter(number -> number instanceof Integer || number instanceof Long)
        .map(Number::longValue);
  }
}
