package org.snapshotproxy.pipelines.cli;

import java.util.regex.Pattern;

/** The form of a snapshot id, as the service model gives it. */
final class SnapshotId {
  private static final Pattern FORM = Pattern.compile("snap-[0-9a-f]{1,59}");

  private SnapshotId() {}

  /** Whether a word can only be meant as a snapshot id. */
  static boolean is(String word) {
    return FORM.matcher(word).matches();
  }

  static String check(String id) {
    if (!is(id)) {
      throw new UsageException(
          "'" + id + "' is not a snapshot id, such as snap-0123456789abcdef0.");
    }
    return id;
  }
}
