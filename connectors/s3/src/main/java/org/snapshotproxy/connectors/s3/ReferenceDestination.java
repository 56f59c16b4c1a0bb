package org.snapshotproxy.connectors.s3;

import java.io.IOException;
import java.util.List;
import org.snapshotproxy.connectors.base.Block;
import org.snapshotproxy.connectors.base.Destination;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.base.PartWriter;
import org.snapshotproxy.connectors.base.RequestMetrics;
import org.snapshotproxy.connectors.base.Seal;
import org.snapshotproxy.connectors.base.Sealer;

/**
 * An archive in the reference tool's layout to be written, begun by {@link
 * ReferenceArchives#begin}.
 *
 * @param archive what and where
 * @param options what its objects are like
 * @param resuming whether objects of an earlier run may be there, and are looked for
 */
public record ReferenceDestination(
    ReferenceArchive archive, ObjectOptions options, boolean resuming) implements Destination {
  @Override
  public String name() {
    return archive.uri();
  }

  @Override
  public PartWriter openWriter() {
    return new Writer(this, Uploads.open(archive.access(), options));
  }

  @Override
  public Sealer openSealer() {
    return new Unmarker(archive, S3Store.open(archive.access()));
  }

  /** Puts each run of adjacent blocks into an object. */
  private static final class Writer implements PartWriter {
    private static final byte[] NO_HEADER = {};

    private final ReferenceDestination destination;
    private final Uploads uploads;
    private volatile RequestMetrics requests = RequestMetrics.unread();

    Writer(ReferenceDestination destination, Uploads uploads) {
      this.destination = destination;
      this.uploads = uploads;
    }

    @Override
    public void measure(RequestMetrics metrics) {
      requests = metrics;
    }

    @Override
    public long[] parts(int segment, long mask) {
      return ObjectParts.runs(mask, destination.options().blocks());
    }

    @Override
    public void put(List<Block> part) throws IOException, InterruptedException {
      ReferenceArchive archive = destination.archive();
      String key = archive.directory() + ReferenceName.of(part);
      if (!destination.resuming() || !uploads.isThere(requests, archive.place(), key)) {
        uploads.put(requests, archive.place(), key, NO_HEADER, part);
      }
    }

    @Override
    public void clear(int firstBlock, int count) {
      // What has no object reads as zeros.
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
      uploads.close();
    }
  }

  /**
   * Takes the mark of an unfinished archive away, once its objects are exactly those of this run:
   * an interrupted one may have cut them otherwise, and nobody could tell then which are right.
   */
  private static final class Unmarker implements Sealer {
    private final ReferenceArchive archive;
    private S3Store store;

    Unmarker(ReferenceArchive archive, S3Store store) {
      this.archive = archive;
      this.store = store;
    }

    @Override
    public void measure(RequestMetrics requests) {
      store = store.countedIn(requests);
    }

    @Override
    public void seal(Seal seal) throws IOException, InterruptedException {
      long blocks = ReferenceListing.ofUnsealed(archive, store).blocks();
      if (blocks != seal.written()) {
        throw new FspException(
            archive.uri()
                + " holds "
                + blocks
                + " blocks and not the "
                + seal.written()
                + " that were written, so objects of another run lie there; it stays marked as not whole. Remove its objects, and repeat the command.");
      }
      store.delete(archive.place(), archive.directory() + ReferenceArchive.INCOMPLETE);
    }

    @Override
    public void close() {
      store.close();
    }
  }
}
