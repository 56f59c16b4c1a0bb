package org.snapshotproxy.connectors.s3;

import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.Digests;

/**
 * The name of a data object says what is in it, so the same content has the same name and an object
 * is never written over by other content.
 *
 * @param archive name of the archive it was written for
 * @param segment the segment its blocks are of
 * @param mask its blocks, one bit a block of the segment; at least one
 * @param digest lower-case hex of the SHA-256 over the raw SHA-256 digests of its blocks, ascending
 */
record ObjectName(String archive, int segment, long mask, String digest) {
  /** Stands between the archive's name and the object's own. */
  static final String DIRECTORY = "/data/";

  private static final Pattern FORM =
      Pattern.compile(
          "("
              + ArchiveName.FORM
              + ")"
              + DIRECTORY
              + "([0-9]{9})\\.([0-9a-f]{16})\\.([0-9a-f]{64})\\.zst");

  /**
   * The name of the object that holds these blocks of a segment.
   *
   * @param digests raw SHA-256 of each block, ascending
   */
  static ObjectName of(String archive, int segment, long mask, Iterable<byte[]> digests) {
    MessageDigest linear = Digests.newSha256();
    digests.forEach(linear::update);
    return new ObjectName(archive, segment, mask, HexFormat.of().formatHex(linear.digest()));
  }

  /** Reads a key, relative to the place of the archives; empty if it is not exactly such a key. */
  static Optional<ObjectName> parse(String key) {
    Matcher matcher = FORM.matcher(key);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    int firstBlock = Integer.parseInt(matcher.group(2));
    long mask = Long.parseUnsignedLong(matcher.group(3), 16);
    if (firstBlock % Blocks.PER_SEGMENT != 0 || mask == 0) {
      return Optional.empty();
    }
    return Optional.of(
        new ObjectName(matcher.group(1), Blocks.segmentOf(firstBlock), mask, matcher.group(4)));
  }

  /** The key, relative to the place of the archives. */
  String key() {
    return String.format(
        Locale.ROOT,
        "%s%s%09d.%016x.%s.zst",
        archive,
        DIRECTORY,
        Blocks.firstBlock(segment),
        mask,
        digest);
  }

  int blocks() {
    return Long.bitCount(mask);
  }
}
