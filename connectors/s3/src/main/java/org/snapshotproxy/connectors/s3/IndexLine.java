package org.snapshotproxy.connectors.s3;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line of an archive's index: the blocks of a segment that are read from one object.
 *
 * @param take the blocks, one bit a block of the segment; not 0, and all in the object
 * @param object the object
 */
record IndexLine(long take, ObjectName object) {
  /** The longest line without its end: 16 digits, a blank, the longest key. */
  static final int LONGEST = 17 + 128 + 6 + 9 + 1 + 16 + 1 + 64 + 4;

  private static final Pattern FORM = Pattern.compile("([0-9a-f]{16}) (.+)");

  /** Reads a line; empty if it is not one. */
  static Optional<IndexLine> parse(String line) {
    Matcher matcher = FORM.matcher(line);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long take = Long.parseUnsignedLong(matcher.group(1), 16);
    return ObjectName.parse(matcher.group(2))
        .filter(object -> take != 0 && (take & ~object.mask()) == 0)
        .map(object -> new IndexLine(take, object));
  }

  int segment() {
    return object.segment();
  }

  /** Without these blocks; empty if none is left. */
  Optional<IndexLine> without(long blocks) {
    long left = take & ~blocks;
    return left == 0 ? Optional.empty() : Optional.of(new IndexLine(left, object));
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%016x %s", take, object.key());
  }
}
