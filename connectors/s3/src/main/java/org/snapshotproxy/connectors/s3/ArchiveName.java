package org.snapshotproxy.connectors.s3;

import org.snapshotproxy.connectors.base.FspException;

/** The form of an archive's name: one element of a key, which cannot climb out of it. */
final class ArchiveName {
  /** As a regular expression. */
  static final String FORM = "[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}";

  private ArchiveName() {}

  static boolean isOne(String text) {
    return text.matches(FORM);
  }

  static String check(String name) {
    if (!isOne(name)) {
      throw new FspException(
          "'"
              + name
              + "' is not a name for an archive: 1 to 128 letters, digits, dots, dashes and underscores, the first neither dot nor dash.");
    }
    return name;
  }
}
