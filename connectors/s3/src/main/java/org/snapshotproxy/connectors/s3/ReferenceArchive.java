package org.snapshotproxy.connectors.s3;

import java.io.Serializable;
import org.snapshotproxy.connectors.base.Blocks;

/**
 * An archive in the reference tool's layout.
 *
 * @param access how to reach it
 * @param place where it is
 * @param name the snapshot's id
 * @param volumeGiB size of the volume, 1 to 65,536
 */
public record ReferenceArchive(S3Access access, S3Location place, String name, int volumeGiB)
    implements Serializable {
  /**
   * An object that stands in the directory while it is not whole, for the layout has no manifest.
   * It is not a name of the layout, so no reader of it can take the directory for whole.
   */
  static final String INCOMPLETE = "fsp-incomplete";

  public ReferenceArchive {
    ArchiveName.check(name);
  }

  /** What its keys begin with, relative to the place; a slash at its end. */
  String directory() {
    return name + "." + volumeGiB + "/";
  }

  long bytes() {
    return volumeGiB * Blocks.GIB;
  }

  /** The archive in the user's words. */
  public String uri() {
    return place.uri(directory());
  }
}
