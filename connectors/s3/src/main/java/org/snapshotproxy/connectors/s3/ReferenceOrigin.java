package org.snapshotproxy.connectors.s3;

import org.apache.flink.api.connector.source.Source;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.Origin;
import org.snapshotproxy.connectors.base.PartReader;
import org.snapshotproxy.connectors.base.SegmentDescriptor;
import org.snapshotproxy.connectors.base.source.RangeSource;

/**
 * An archive in the reference tool's layout as an origin.
 *
 * @param archive the archive
 * @param clear whether blocks that are not in the archive are cleared: the destination may hold
 *     anything
 */
public record ReferenceOrigin(ReferenceArchive archive, boolean clear) implements Origin {
  @Override
  public String name() {
    return archive.uri();
  }

  @Override
  public Source<SegmentDescriptor, ?, ?> source() {
    ReferenceArchive listed = archive;
    boolean cleared = clear;
    // One range at a time: each lister lists the whole archive once.
    return new RangeSource(
        () -> new ReferenceLister(listed, cleared), Blocks.segmentsFor(archive.bytes()), 1);
  }

  @Override
  public PartReader openReader() {
    return new ReferenceReader(archive);
  }
}
