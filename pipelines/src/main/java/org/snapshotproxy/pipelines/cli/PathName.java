package org.snapshotproxy.pipelines.cli;

import java.net.URI;
import java.nio.file.Path;

/** A path as a user writes it: plain, or as a {@code file:} URI. */
final class PathName {
  private PathName() {}

  /**
   * Understands it, and looks at nothing.
   *
   * @throws UsageException if it is neither
   */
  static Path parse(String text) {
    try {
      if (!text.isEmpty()) {
        return text.startsWith("file:") ? Path.of(URI.create(text)) : Path.of(text);
      }
    } catch (IllegalArgumentException e) {
      throw wrong(text);
    }
    throw wrong(text);
  }

  private static UsageException wrong(String text) {
    return new UsageException(
        "'" + text + "' is neither a path nor the URI of a file, such as file:///disk.img.");
  }
}
