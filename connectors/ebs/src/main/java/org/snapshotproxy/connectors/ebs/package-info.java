/**
 * EBS snapshots as origin and destination.
 *
 * <pre>
 *   EbsSnapshotSource, EbsSnapshotSink     the way in for jobs of other people; a builder each over what follows
 *   EbsOrigin ─ source ─▶ EbsLister        ListSnapshotBlocks, a page at a time, resumed by block index
 *             └ reader ─▶ EbsBlockReader   GetSnapshotBlock straight into the block's buffer; renews tokens
 *   DeltaOrigin ─ source ─▶ EbsLister      ListChangedBlocks in the same way; or, sending everything, FullDeltaLister over both
 *   EbsDigests                             what a snapshot holds, by index, for a comparison before a delta is written
 *   EbsDestination ─▶ EbsBlockWriter       PutSnapshotBlock from the block's buffer, with the digest it came with
 *                 └─▶ EbsSealer            CompleteSnapshot with count and LINEAR checksum
 *   Snapshots                              what a driver does before and after a job: describe, start, wait, delete
 *        all through ─▶ AwsClients (shared, counted) ─▶ Retrier (the one retry policy) ─▶ the SDK, which never retries itself
 *   EbsRefusals                            what the service refuses for good, and the permission or quota that helps
 * </pre>
 *
 * <p>The SDK is seen in this room only. Credentials are looked up where they are used and are never
 * in a job graph.
 */
package org.snapshotproxy.connectors.ebs;
