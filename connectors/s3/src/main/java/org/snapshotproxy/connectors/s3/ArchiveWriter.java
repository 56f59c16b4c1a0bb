package org.snapshotproxy.connectors.s3;

import java.io.IOException;
import java.util.List;
import org.snapshotproxy.connectors.base.Block;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.PartWriter;
import org.snapshotproxy.connectors.base.RequestMetrics;

/**
 * Puts the blocks of a segment into data objects. An object's name stands for its content, so a
 * replay puts the same again, and a resumed run passes over what is there. Thread-safe.
 */
final class ArchiveWriter implements PartWriter {
  private final ArchiveDestination destination;
  private final Uploads uploads;
  private volatile RequestMetrics requests = RequestMetrics.unread();

  ArchiveWriter(ArchiveDestination destination) {
    this.destination = destination;
    this.uploads = Uploads.open(destination.access(), destination.options());
  }

  @Override
  public void measure(RequestMetrics metrics) {
    requests = metrics;
  }

  @Override
  public long[] parts(int segment, long mask) {
    return ObjectParts.aligned(mask, destination.options().blocks());
  }

  @Override
  public void put(List<Block> part) throws IOException, InterruptedException {
    long mask = 0;
    for (Block block : part) {
      mask |= Blocks.bit(block.index());
    }
    ObjectName name =
        ObjectName.of(
            destination.archive(),
            Blocks.segmentOf(part.get(0).index()),
            mask,
            part.stream().map(Block::digest).toList());
    if (destination.resuming() && uploads.isThere(requests, destination.place(), name.key())) {
      return;
    }
    uploads.put(requests, destination.place(), name.key(), ObjectHeader.encode(name, part), part);
  }

  @Override
  public void clear(int firstBlock, int count) {
    // A block that no object of the index stands for reads as zeros.
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
