/**
 * What happens to segments between a reader and a destination.
 *
 * <pre>
 *   keyBy(segment) ─▶ FetchFunction ─▶ SegmentSink: SegmentWriter ─ receipts ─▶ ReceiptFinalizer ─ seal ─▶ SealCommitter
 *                     read, verify,                 put, clear,                 parallelism 1,             after the last
 *                     drop zeros                    flush at checkpoints        receipts on disk           checkpoint
 *                     └──────── one chain, one task: no byte crosses an edge ┘
 *   source ─▶ CountFunction ─▶ TallyOperator        (list: no data, only counts)
 * </pre>
 *
 * <p>No AWS call and no file call is made here: those are behind {@code BlockReader}, {@code
 * BlockWriter} and {@code Sealer}.
 */
package org.snapshotproxy.operators;
