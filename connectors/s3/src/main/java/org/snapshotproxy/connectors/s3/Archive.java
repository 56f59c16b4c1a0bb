package org.snapshotproxy.connectors.s3;

import java.io.Serializable;

/**
 * An archive that exists: its manifest was read and checked.
 *
 * @param access how to reach it
 * @param place where it is
 * @param manifest its manifest
 * @param manifestSha256 lower-case hex of the SHA-256 of the manifest's bytes
 */
public record Archive(S3Access access, S3Location place, Manifest manifest, String manifestSha256)
    implements Serializable {
  /** The archive in the user's words. */
  public String uri() {
    return place.uri(manifest.name());
  }
}
