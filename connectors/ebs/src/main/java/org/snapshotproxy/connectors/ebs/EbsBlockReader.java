package org.snapshotproxy.connectors.ebs;

import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.snapshotproxy.connectors.base.BlockReader;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.base.RequestMetrics;
import org.snapshotproxy.connectors.base.SegmentDescriptor;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.services.ebs.model.GetSnapshotBlockResponse;

/**
 * Reads blocks with GetSnapshotBlock, straight from the socket into the block's buffer. A block
 * token that the service no longer takes (they live seven days) is renewed by listing its segment
 * again. Thread-safe.
 */
final class EbsBlockReader implements BlockReader {
  private static final Logger LOG = LoggerFactory.getLogger(EbsBlockReader.class);

  /** New tokens that are tried for a block, each a page of a listing, before it is given up. */
  private static final int MOST_RENEWALS = 5;

  private static final long PAUSE_MILLIS = 100;

  private final SnapshotView snapshot;
  private final AwsClients clients;
  private volatile RequestMetrics requests;
  private volatile RequestMetrics.Operation gets;

  /** Tokens listed anew, by block index; empty in any run shorter than a token's life. */
  private final Map<Integer, String> renewed = new ConcurrentHashMap<>();

  EbsBlockReader(SnapshotView snapshot) {
    this(snapshot, AwsClients.openReader(snapshot.access()));
  }

  /** Takes the clients over, and closes them. */
  EbsBlockReader(SnapshotView snapshot, AwsClients clients) {
    this.snapshot = snapshot;
    this.clients = clients;
    measure(RequestMetrics.unread());
  }

  @Override
  public void measure(RequestMetrics metrics) {
    requests = metrics;
    gets = clients.reads().measured(metrics, "GetSnapshotBlock");
  }

  @Override
  public byte[] read(SegmentDescriptor descriptor, int position, byte[] into)
      throws IOException, InterruptedException {
    int index = descriptor.moveIndexes()[position];
    String token = renewed.getOrDefault(index, descriptor.tokens().get(position));
    for (int renewals = 0; ; renewals++) {
      try {
        return get(index, token, into);
      } catch (FspException e) {
        if (!EbsFaults.isInvalidBlockToken(e.getCause()) || renewals == MOST_RENEWALS) {
          throw e;
        }
        LOG.info(
            "{}: the token of block {} is no longer valid; listing segment {} again",
            snapshot.name(),
            index,
            descriptor.segment());
        Thread.sleep(PAUSE_MILLIS * renewals);
        token = renew(descriptor, position, token);
      }
    }
  }

  /** Lists a segment again, once for all blocks of a descriptor that find their token refused. */
  private synchronized String renew(SegmentDescriptor descriptor, int position, String refused)
      throws IOException, InterruptedException {
    int[] indexes = descriptor.moveIndexes();
    String known = renewed.get(indexes[position]);
    if (known != null && !known.equals(refused)) {
      return known;
    }
    try (EbsLister lister = new EbsLister(snapshot)) {
      lister.measure(requests);
      List<String> fresh = lister.tokens(descriptor.segment(), descriptor.move());
      for (int i = 0; i < indexes.length; i++) {
        renewed.put(indexes[i], fresh.get(i));
      }
      return fresh.get(position);
    }
  }

  private byte[] get(int index, String token, byte[] into)
      throws IOException, InterruptedException {
    Supplier<String> what = () -> "GetSnapshotBlock of block " + index + " of " + snapshot.name();
    return clients
        .reads()
        .call(
            gets,
            what,
            () ->
                clients
                    .ebs()
                    .getSnapshotBlock(
                        request ->
                            request
                                .snapshotId(snapshot.snapshotId())
                                .blockIndex(index)
                                .blockToken(token),
                        into(into)));
  }

  private static ResponseTransformer<GetSnapshotBlockResponse, byte[]> into(byte[] into) {
    return ResponseTransformer.unmanaged(
        (response, body) -> {
          try (AbortableInputStream stream = body) {
            fill(into, stream);
          }
          if (response.dataLength() == null
              || response.dataLength() != Blocks.SIZE
              || response.checksum() == null) {
            throw new IOException(
                "a block came with length "
                    + response.dataLength()
                    + " and checksum "
                    + response.checksum());
          }
          return Base64.getDecoder().decode(response.checksum());
        });
  }

  private static void fill(byte[] into, AbortableInputStream body) throws IOException {
    int read = body.readNBytes(into, 0, into.length);
    if (read < into.length || body.read() >= 0) {
      body.abort();
      throw new IOException(
          "a block's body has "
              + (read < into.length ? "only " + read : "more than " + into.length)
              + " bytes");
    }
  }

  @Override
  public void close() {
    clients.closeReader();
  }
}
