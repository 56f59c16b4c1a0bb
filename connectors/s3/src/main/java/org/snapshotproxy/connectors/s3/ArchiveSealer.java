package org.snapshotproxy.connectors.s3;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.RequestMetrics;
import org.snapshotproxy.connectors.base.Seal;
import org.snapshotproxy.connectors.base.Sealer;

/** Writes the manifest, the last object of an archive. */
final class ArchiveSealer implements Sealer {
  private final ArchiveDestination destination;
  private S3Store store;

  ArchiveSealer(ArchiveDestination destination) {
    this.destination = destination;
    this.store = S3Store.open(destination.access());
  }

  @Override
  public void measure(RequestMetrics requests) {
    store = store.countedIn(requests);
  }

  @Override
  public void seal(Seal seal) throws IOException, InterruptedException {
    Manifest manifest = manifest(seal);
    String key = destination.archive() + Manifest.KEY;
    if (isSealed(key, manifest)) {
      return;
    }
    Chunks bytes = new Chunks();
    bytes.add(ByteBuffer.wrap(ManifestJson.write(manifest)));
    store.put(
        destination.place(),
        key,
        Puts.index(destination.options(), bytes),
        bytes.body("application/json"));
  }

  /** Whether this very seal was set before: children may stand on the manifest already. */
  private boolean isSealed(String key, Manifest manifest) throws IOException, InterruptedException {
    try {
      return store
          .get(
              destination.place(),
              key,
              (body, response) ->
                  ManifestJson.read(destination.archive(), ManifestJson.whole(body)))
          .filter(there -> there.sealedAt(manifest.created()).equals(manifest))
          .isPresent();
    } catch (DamagedObject e) {
      return false;
    }
  }

  private Manifest manifest(Seal seal) throws IOException {
    List<IndexSection> sections = ManifestJson.readSections(seal.note());
    Archive parent = destination.parent();
    return new Manifest(
        Manifest.FORMAT,
        Manifest.VERSION,
        destination.archive(),
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        Blocks.SIZE,
        Blocks.PER_SEGMENT,
        destination.options().blocks(),
        destination.bytes(),
        destination.volumeGiB(),
        destination.origin(),
        parent == null
            ? null
            : new Manifest.Parent(parent.manifest().name(), parent.manifestSha256()),
        sections.stream().mapToLong(IndexSection::blocks).sum(),
        seal.written(),
        seal.cleared(),
        HexFormat.of().formatHex(seal.checksum()),
        sections);
  }

  @Override
  public void close() {
    store.close();
  }
}
