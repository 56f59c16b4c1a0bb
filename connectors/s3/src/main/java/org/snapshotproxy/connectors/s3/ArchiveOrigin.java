package org.snapshotproxy.connectors.s3;

import org.apache.flink.api.connector.source.Source;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.Origin;
import org.snapshotproxy.connectors.base.PartReader;
import org.snapshotproxy.connectors.base.SegmentDescriptor;
import org.snapshotproxy.connectors.base.source.RangeSource;

/**
 * An archive as an origin.
 *
 * @param archive the archive
 * @param clear whether blocks that are not in the archive are cleared: the destination may hold
 *     anything
 * @param listConcurrency ranges that each source subtask lists at a time
 */
public record ArchiveOrigin(Archive archive, boolean clear, int listConcurrency) implements Origin {
  @Override
  public String name() {
    return archive.uri();
  }

  @Override
  public Source<SegmentDescriptor, ?, ?> source() {
    Archive listed = archive;
    boolean cleared = clear;
    return new RangeSource(
        () -> new ArchiveLister(listed, cleared),
        Blocks.segmentsFor(archive.manifest().bytes()),
        listConcurrency);
  }

  @Override
  public PartReader openReader() {
    return new ArchiveReader(archive.access(), archive.place());
  }
}
