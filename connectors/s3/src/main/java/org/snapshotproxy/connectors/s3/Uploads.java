package org.snapshotproxy.connectors.s3;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.snapshotproxy.connectors.base.Block;
import org.snapshotproxy.connectors.base.RequestMetrics;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/**
 * Compresses and puts data objects for all subtasks of one task manager, no more at one time than
 * the options allow, for the compressed bytes lie beside the memory budget. Counted: the last
 * {@link #close} closes it. Thread-safe.
 */
final class Uploads implements AutoCloseable {
  private record Key(S3Access access, ObjectOptions options) {}

  private static final Map<Key, Uploads> SHARED = new HashMap<>();

  private final Key key;
  private final S3Store store;
  private final PartCompressor compressor;
  private final Semaphore slots;
  private int users;

  private Uploads(Key key) {
    this.key = key;
    this.store = S3Store.open(key.access());
    this.compressor = new PartCompressor(key.options().level(), key.options().threads());
    this.slots = new Semaphore(key.options().uploads());
  }

  /** The uploads with these options; the caller closes them. */
  static Uploads open(S3Access access, ObjectOptions options) {
    synchronized (SHARED) {
      Uploads uploads = SHARED.computeIfAbsent(new Key(access, options), Uploads::new);
      uploads.users++;
      return uploads;
    }
  }

  /**
   * Whether an object of that name is there; such names stand for their content.
   *
   * @param requests where the request is counted
   */
  boolean isThere(RequestMetrics requests, S3Location place, String relative)
      throws IOException, InterruptedException {
    return store.countedIn(requests).length(place, relative).isPresent();
  }

  /**
   * Puts one object.
   *
   * @param requests where the request is counted
   * @param head bytes before the compressed frame
   */
  void put(
      RequestMetrics requests, S3Location place, String relative, byte[] head, List<Block> blocks)
      throws IOException, InterruptedException {
    slots.acquire();
    try {
      Chunks bytes = new Chunks();
      bytes.add(ByteBuffer.wrap(head));
      compressor.compress(blocks, bytes);
      PutObjectRequest.Builder request = Puts.data(key.options(), bytes);
      store.countedIn(requests).put(place, relative, request, bytes.body(Puts.ZSTD));
    } finally {
      slots.release();
    }
  }

  @Override
  public void close() {
    synchronized (SHARED) {
      if (--users > 0) {
        return;
      }
      SHARED.remove(key, this);
    }
    compressor.close();
    store.close();
  }
}
