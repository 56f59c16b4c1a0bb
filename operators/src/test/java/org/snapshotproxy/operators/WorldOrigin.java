package org.snapshotproxy.operators;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.connector.source.Source;
import org.snapshotproxy.connectors.base.BlockReader;
import org.snapshotproxy.connectors.base.Digests;
import org.snapshotproxy.connectors.base.Masks;
import org.snapshotproxy.connectors.base.Origin;
import org.snapshotproxy.connectors.base.SegmentDescriptor;
import org.snapshotproxy.connectors.base.source.RangeSource;
import org.snapshotproxy.connectors.base.source.SegmentLister;

/** Lists what its world lists, one descriptor a page, and computes the blocks. */
record WorldOrigin(int number) implements Origin {
  @Override
  public String name() {
    return "world " + number;
  }

  @Override
  public Source<SegmentDescriptor, ?, ?> source() {
    int world = number;
    return new RangeSource(() -> new Lister(world), World.of(number).listed.size(), 1);
  }

  @Override
  public BlockReader openReader() {
    World world = World.of(number);
    world.readersOpened.incrementAndGet();
    return new Reader(world);
  }

  /** Takes a position in the list for a segment: the list may hold a segment twice. */
  private record Lister(int number) implements SegmentLister {
    @Override
    public Page list(int from, int to) throws IOException, InterruptedException {
      World world = World.of(number);
      int time = world.lists.computeIfAbsent(from, each -> new AtomicInteger()).incrementAndGet();
      WorldDestination.run(world.beforeList, from, time);
      SegmentDescriptor descriptor = world.listed.get(from);
      return new Page(List.of(descriptor), from + 1);
    }

    @Override
    public void close() {
      // Nothing is open.
    }
  }

  private record Reader(World world) implements BlockReader {
    @Override
    public long[] parts(SegmentDescriptor descriptor) {
      return Masks.singles(world.parts.applyAsLong(descriptor.move()));
    }

    @Override
    public byte[] read(SegmentDescriptor descriptor, int position, byte[] into)
        throws IOException, InterruptedException {
      int block = descriptor.moveIndexes()[position];
      int time = world.reads.computeIfAbsent(block, each -> new AtomicInteger()).incrementAndGet();
      WorldDestination.run(world.beforeRead, block, time);
      byte[] content = world.content(block);
      byte[] declared = world.declares ? Digests.newSha256().digest(content) : null;
      if (world.damaged.at(block, time)) {
        content[block % content.length] ^= 1;
      }
      System.arraycopy(content, 0, into, 0, into.length);
      return declared;
    }

    @Override
    public void close() {
      // Nothing is open.
    }
  }
}
