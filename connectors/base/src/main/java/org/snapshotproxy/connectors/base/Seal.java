package org.snapshotproxy.connectors.base;

import org.apache.flink.annotation.PublicEvolving;

/**
 * All receipts of a destination, summed up: what the finalizer hands to the {@link Sealer}.
 *
 * @param written distinct blocks written
 * @param cleared distinct blocks cleared
 * @param skipped distinct zero blocks left out by choice
 * @param checksum the LINEAR checksum: SHA-256 over the raw digests of the written and the cleared
 *     blocks in ascending index order
 * @param note what the destination's {@link Ledger} came to; empty without one
 */
@PublicEvolving
public record Seal(long written, long cleared, long skipped, byte[] checksum, String note) {}
