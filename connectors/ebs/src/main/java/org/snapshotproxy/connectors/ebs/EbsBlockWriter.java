package org.snapshotproxy.connectors.ebs;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.function.Supplier;
import org.snapshotproxy.connectors.base.Block;
import org.snapshotproxy.connectors.base.BlockWriter;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.Digests;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.base.RequestMetrics;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.services.ebs.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.ebs.model.PutSnapshotBlockResponse;

/**
 * Puts blocks with the digest they were read with; the service refuses bytes that do not have it.
 * Thread-safe.
 */
final class EbsBlockWriter implements BlockWriter {
  /**
   * How long a snapshot may stay unknown after StartSnapshot; users of other tools saw up to two
   * minutes.
   */
  static final Duration VISIBILITY_PATIENCE = Duration.ofMinutes(3);

  private static final byte[] ZEROS = new byte[Blocks.SIZE];

  private final EbsDestination destination;

  /** Times that a block is sent whose bytes do not arrive as they are. */
  private static final int TRANSFERS = 4;

  private final AwsClients clients;
  private final NotYetVisible notYetVisible;
  private volatile RequestMetrics.Operation puts;

  EbsBlockWriter(EbsDestination destination) {
    this.destination = destination;
    this.clients = AwsClients.openWriter(destination.access());
    this.notYetVisible = new NotYetVisible(VISIBILITY_PATIENCE);
    measure(RequestMetrics.unread());
  }

  @Override
  public void measure(RequestMetrics requests) {
    puts = clients.writes().measured(requests, "PutSnapshotBlock");
  }

  @Override
  public void put(Block block) throws IOException, InterruptedException {
    put(block.index(), block.buffer().bytes(), block.digest());
  }

  @Override
  public void clear(int firstBlock, int count) throws IOException, InterruptedException {
    for (int index = firstBlock; index < firstBlock + count; index++) {
      put(index, ZEROS, Blocks.zeroDigest());
    }
  }

  private void put(int index, byte[] bytes, byte[] digest)
      throws IOException, InterruptedException {
    String checksum = Base64.getEncoder().encodeToString(digest);
    for (int attempt = 1; !isTaken(index, bytes, checksum, attempt == TRANSFERS); attempt++) {
      if (!Arrays.equals(Digests.sha256(bytes), digest)) {
        throw new FspException(
            "Block "
                + index
                + " for "
                + destination.name()
                + " has changed in this machine's memory after it was read; the machine is not to be trusted with data.");
      }
    }
  }

  /**
   * Sends a block once, as far as its bytes are concerned.
   *
   * @param last whether the service's doubts about the bytes end the run
   * @return whether it was acknowledged; if not, the bytes were hurt on the way
   */
  private boolean isTaken(int index, byte[] bytes, String checksum, boolean last)
      throws IOException, InterruptedException {
    Supplier<String> what =
        () -> "PutSnapshotBlock of block " + index + " of " + destination.name();
    PutSnapshotBlockResponse response;
    try {
      response =
          notYetVisible.await(
              () -> clients.writes().call(puts, what, () -> send(index, bytes, checksum)));
    } catch (FspException e) {
      if (last || !EbsFaults.mayBeDamaged(e.getCause())) {
        throw e;
      }
      return false;
    }
    if (last && !checksum.equals(response.checksum())) {
      throw new IOException(
          what.get()
              + " was acknowledged with checksum "
              + response.checksum()
              + ", not "
              + checksum);
    }
    return checksum.equals(response.checksum());
  }

  private PutSnapshotBlockResponse send(int index, byte[] bytes, String checksum) {
    return clients
        .ebs()
        .putSnapshotBlock(
            request ->
                request
                    .snapshotId(destination.snapshotId())
                    .blockIndex(index)
                    .dataLength(Blocks.SIZE)
                    .checksum(checksum)
                    .checksumAlgorithm(ChecksumAlgorithm.SHA256),
            // The bytes themselves, not a copy: they do not change while the block is held.
            RequestBody.fromContentProvider(
                ContentStreamProvider.fromByteArrayUnsafe(bytes),
                bytes.length,
                "application/octet-stream"));
  }

  @Override
  public void sync() {
    // An acknowledged put is durable.
  }

  @Override
  public boolean syncs() {
    return false;
  }

  @Override
  public void close() {
    clients.closeWriter();
  }
}
