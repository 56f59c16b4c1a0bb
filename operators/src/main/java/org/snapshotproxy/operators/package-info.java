/**
 * What happens to segments between a reader and a destination.
 *
 * <pre>
 *   Transfers: read ─▶ … ─▶ write                   the ends of this, for jobs of other people
 *   keyBy(segment) ─▶ FetchOperator ─▶ SegmentSink: SegmentWriter ─ receipts ─▶ ReceiptFinalizer ─ seals ─▶ SealCommitter
 *                     read, verify,                 a Lane each,                parallelism 1,             after the last
 *                     drop zeros                    receipts at checkpoints     receipts on disk           checkpoint
 *                     └──────── one chain, one task: no byte crosses an edge ┘
 *                     └──────── Custody: a checkpoint has the descriptor here until it has the receipt there
 *   source ─▶ CountFunction ─▶ TallyOperator        (list, diff: no data, only counts, by cell of the volume as well)
 *   source ─▶ SampleOperator ─▶ FetchOperator …     (a base that is verified by a sample)
 *
 *   A: keyBy(segment) ─▶ FetchOperator ─▶ DigestFunction ─┐
 *                                                         ├─▶ CompareFunction ─▶ DifferenceFinalizer
 *   B: keyBy(segment) ─▶ FetchOperator ─▶ DigestFunction ─┘   digests, on disk   parallelism 1
 *                        bytes, given back at once
 * </pre>
 *
 * <p>No AWS call and no file call is made here: those are behind {@code PartReader}, {@code
 * PartWriter} and {@code Sealer}.
 */
package org.snapshotproxy.operators;
