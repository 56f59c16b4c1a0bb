package org.snapshotproxy.endpoint.service;

/** Says how many entries a page may have. */
@FunctionalInterface
interface PageShape {
  /** The number of entries, 0 to {@code max}, of a page that was asked to have {@code max}. */
  int shorten(int max);
}
