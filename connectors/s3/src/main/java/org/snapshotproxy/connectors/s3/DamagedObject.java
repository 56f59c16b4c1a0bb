package org.snapshotproxy.connectors.s3;

import java.io.IOException;

/**
 * An object whose content is not what it has to be; the message goes on after the object's name.
 */
final class DamagedObject extends IOException {
  private static final long serialVersionUID = 1L;

  DamagedObject(String what) {
    super(what);
  }
}
