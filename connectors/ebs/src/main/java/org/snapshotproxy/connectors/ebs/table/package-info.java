/**
 * Snapshots as tables of Flink SQL: a row a block.
 *
 * <pre>
 *   EbsSnapshotTableFactory ─ options, columns ─▶ EbsSnapshotTableSource ◀─ projection, filters, limit (the planner)
 *   BlockScan: RangeSource over WindowedLister ─▶ SingleBlocks ─┬─▶ BlockRows       nothing but the list is asked for
 *                                                              └─▶ BlockFetch      only where digest or data is selected
 * </pre>
 *
 * <p>Only descriptors are in state, as in every other job; a block's bytes are in memory from its
 * request until its row is taken.
 */
package org.snapshotproxy.connectors.ebs.table;
