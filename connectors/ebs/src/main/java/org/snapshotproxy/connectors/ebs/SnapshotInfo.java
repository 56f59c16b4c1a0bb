package org.snapshotproxy.connectors.ebs;

import java.io.Serializable;

/**
 * A snapshot that can be read.
 *
 * @param snapshotId its id
 * @param volumeGiB its volume's size, 1 to 65,536
 */
public record SnapshotInfo(String snapshotId, int volumeGiB) implements Serializable {}
