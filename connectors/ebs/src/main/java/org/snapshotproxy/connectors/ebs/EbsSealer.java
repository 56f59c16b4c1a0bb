package org.snapshotproxy.connectors.ebs;

import java.io.IOException;
import java.util.Base64;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.base.RequestMetrics;
import org.snapshotproxy.connectors.base.Seal;
import org.snapshotproxy.connectors.base.Sealer;
import software.amazon.awssdk.services.ebs.model.ChecksumAggregationMethod;
import software.amazon.awssdk.services.ebs.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.ebs.model.CompleteSnapshotResponse;

/**
 * Completes a snapshot with the number of its blocks and their LINEAR checksum, which the service
 * checks.
 */
final class EbsSealer implements Sealer {
  private static final Logger LOG = LoggerFactory.getLogger(EbsSealer.class);

  private final EbsDestination destination;
  private final AwsClients clients;
  private RequestMetrics.Operation completes;
  private RequestMetrics.Operation lists;

  EbsSealer(EbsDestination destination) {
    this.destination = destination;
    this.clients = AwsClients.open(destination.access());
    measure(RequestMetrics.unread());
  }

  @Override
  public void measure(RequestMetrics requests) {
    completes = clients.writes().measured(requests, "CompleteSnapshot");
    lists = clients.lists().measured(requests, "ListSnapshotBlocks");
  }

  @Override
  public void seal(Seal seal) throws IOException, InterruptedException {
    try {
      NotYetVisible notYetVisible = new NotYetVisible(EbsBlockWriter.VISIBILITY_PATIENCE);
      notYetVisible.await(
          () ->
              clients
                  .writes()
                  .call(
                      completes,
                      () -> "CompleteSnapshot of " + destination.name(),
                      () -> complete(seal)));
      LOG.info("{} is sealed with {} blocks", destination.name(), seal.written());
    } catch (FspException e) {
      if (!isReadable()) {
        throw e;
      }
      // An earlier attempt, whose answer was lost, completed it with the same count and checksum.
      LOG.info("{} was already complete", destination.name());
    }
  }

  private CompleteSnapshotResponse complete(Seal seal) {
    return clients
        .ebs()
        .completeSnapshot(
            request -> {
              request
                  .snapshotId(destination.snapshotId())
                  .changedBlocksCount(Math.toIntExact(seal.written() + seal.cleared()));
              // Without blocks there is nothing to check.
              if (seal.written() + seal.cleared() > 0) {
                request
                    .checksum(Base64.getEncoder().encodeToString(seal.checksum()))
                    .checksumAlgorithm(ChecksumAlgorithm.SHA256)
                    .checksumAggregationMethod(ChecksumAggregationMethod.LINEAR);
              }
            });
  }

  /** Only a completed snapshot can be listed. */
  private boolean isReadable() throws IOException, InterruptedException {
    try {
      clients
          .lists()
          .call(
              lists,
              () -> "ListSnapshotBlocks of " + destination.name(),
              () ->
                  clients
                      .ebs()
                      .listSnapshotBlocks(
                          request -> request.snapshotId(destination.snapshotId()).maxResults(100)));
      return true;
    } catch (FspException e) {
      return false;
    }
  }

  @Override
  public void close() {
    clients.close();
  }
}
