package org.snapshotproxy.connectors.s3;

import java.io.Serializable;
import org.apache.flink.annotation.PublicEvolving;

/**
 * What an archive is of.
 *
 * @param kind {@link #SNAPSHOT} or {@link #IMAGE}
 * @param id the snapshot's id, or the image's path
 * @param region the snapshot's region, or empty
 */
@PublicEvolving
public record ArchivedOrigin(String kind, String id, String region) implements Serializable {
  /** Of a snapshot. */
  public static final String SNAPSHOT = "snapshot";

  /** Of a file or block device. */
  public static final String IMAGE = "image";

  /** A snapshot. */
  public static ArchivedOrigin snapshot(String id, String region) {
    return new ArchivedOrigin(SNAPSHOT, id, region);
  }

  /** A file or block device. */
  public static ArchivedOrigin image(String path) {
    return new ArchivedOrigin(IMAGE, path, "");
  }
}
