package org.snapshotproxy.connectors.device;

import org.apache.flink.annotation.PublicEvolving;

/**
 * Enough of an origin's state to tell that it changed while it was read. Two equal fingerprints do
 * not prove that nothing changed: a block device has no modification time, and a file system's may
 * be as coarse as a second.
 *
 * @param bytes length in bytes
 * @param modified modification time in nanoseconds since 1970, 0 for a block device
 */
@PublicEvolving
public record Fingerprint(long bytes, long modified) {}
