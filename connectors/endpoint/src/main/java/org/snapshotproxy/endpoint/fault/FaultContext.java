package org.snapshotproxy.endpoint.fault;

/**
 * What rules can know of a request.
 *
 * @param snapshotId empty if the operation has none
 * @param block {@code -1} if the operation has none
 * @param hasPageToken whether it continues a list
 * @param ageMillis since its snapshot was started; {@code Long.MAX_VALUE} if there is none
 */
public record FaultContext(
    String operation,
    String snapshotId,
    long block,
    String region,
    String accessKey,
    boolean hasPageToken,
    long ageMillis) {}
