package org.snapshotproxy.connectors.s3;

import java.io.IOException;
import java.util.HexFormat;
import java.util.Optional;
import org.snapshotproxy.connectors.base.Digests;
import org.snapshotproxy.connectors.base.FspException;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;

/** What a driver does with archives before a job. Used by one thread. */
public final class Archives implements AutoCloseable {
  private final S3Access access;
  private final S3Location place;
  private final S3Store store;

  public Archives(S3Access access, S3Location place) {
    this.access = access;
    this.place = place;
    this.store = S3Store.openForDriver(access);
  }

  /** Whether an archive can have such a name. */
  public static boolean isName(String text) {
    return ArchiveName.isOne(text);
  }

  /**
   * Looks for an archive.
   *
   * @return empty if there is no manifest of that name
   * @throws FspException if the manifest is not one that can be trusted, or cannot be read
   */
  public Optional<Archive> find(String name) throws IOException, InterruptedException {
    String key = ArchiveName.check(name) + Manifest.KEY;
    try {
      return store.get(place, key, (body, response) -> read(name, ManifestJson.whole(body)));
    } catch (DamagedObject e) {
      throw new FspException(place.uri(key) + " " + e.getMessage() + ".", e);
    }
  }

  private Archive read(String name, byte[] json) throws DamagedObject {
    Manifest manifest = ManifestJson.read(name, json);
    return new Archive(access, place, manifest, HexFormat.of().formatHex(Digests.sha256(json)));
  }

  /** Whether a run of that name has left data, be it finished or not. */
  public boolean hasObjects(String name) throws IOException, InterruptedException {
    String prefix = place.key(ArchiveName.check(name) + ObjectName.DIRECTORY);
    return !store
        .list(place, ListObjectsV2Request.builder().prefix(prefix).maxKeys(1))
        .contents()
        .isEmpty();
  }

  @Override
  public void close() {
    store.close();
  }
}
