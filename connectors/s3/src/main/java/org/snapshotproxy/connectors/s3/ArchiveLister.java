package org.snapshotproxy.connectors.s3;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.RequestMetrics;
import org.snapshotproxy.connectors.base.SegmentDescriptor;
import org.snapshotproxy.connectors.base.source.SegmentLister;

/** Lists an archive by its index; the token of a block is the key of its object. */
final class ArchiveLister implements SegmentLister {
  /** Segments a page at the most: their tokens are a few MiB. */
  private static final int PAGE = 256;

  private final Archive archive;
  private final boolean clear;
  private final IndexReader reader;

  /** The section read last, kept because a range is listed in pages. */
  private int section = -1;

  private List<IndexLine> lines = List.of();

  /**
   * @param clear whether blocks that are not in the archive are cleared
   */
  ArchiveLister(Archive archive, boolean clear) {
    this.archive = archive;
    this.clear = clear;
    this.reader = new IndexReader(archive);
  }

  @Override
  public void measure(RequestMetrics requests) {
    reader.measure(requests);
  }

  @Override
  public Page list(int from, int to) throws IOException, InterruptedException {
    load(from / IndexSection.SEGMENTS);
    int end = Math.min(to, Math.min(from + PAGE, (section + 1) * IndexSection.SEGMENTS));
    List<SegmentDescriptor> descriptors = new ArrayList<>();
    int at = firstLine(from);
    for (int segment = from; segment < end; segment++) {
      int first = at;
      while (at < lines.size() && lines.get(at).segment() == segment) {
        at++;
      }
      describe(segment, lines.subList(first, at)).ifPresent(descriptors::add);
    }
    return new Page(descriptors, end);
  }

  private Optional<SegmentDescriptor> describe(int segment, List<IndexLine> objects) {
    long move = 0;
    for (IndexLine line : objects) {
      move |= line.take();
    }
    long cleared = clear ? Blocks.maskWithin(segment, archive.manifest().bytes()) & ~move : 0;
    if ((move | cleared) == 0) {
      return Optional.empty();
    }
    String[] keys = new String[Blocks.PER_SEGMENT];
    for (IndexLine line : objects) {
      String key = line.object().key();
      for (long rest = line.take(); rest != 0; rest &= rest - 1) {
        keys[Long.numberOfTrailingZeros(rest)] = key;
      }
    }
    List<String> tokens = Arrays.stream(keys).filter(Objects::nonNull).toList();
    return Optional.of(new SegmentDescriptor(segment, move, cleared, tokens));
  }

  private int firstLine(int segment) {
    int low = 0;
    int high = lines.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (lines.get(middle).segment() < segment) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private void load(int wanted) throws IOException, InterruptedException {
    if (wanted == section) {
      return;
    }
    Optional<IndexSection> found =
        archive.manifest().sections().stream()
            .filter(each -> each.segment() == wanted * IndexSection.SEGMENTS)
            .findFirst();
    lines = found.isPresent() ? reader.read(found.get()) : List.of();
    section = wanted;
  }

  @Override
  public void close() {
    reader.close();
  }
}
