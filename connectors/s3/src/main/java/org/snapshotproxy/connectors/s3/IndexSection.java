package org.snapshotproxy.connectors.s3;

import java.io.Serializable;
import java.util.Locale;
import org.snapshotproxy.connectors.base.Blocks;

/**
 * A part of an archive's index, in an object of its own: the lines of {@link #SEGMENTS} segments.
 *
 * @param segment its first segment, a multiple of {@link #SEGMENTS}
 * @param key of the object, relative to the place of the archives
 * @param sha256 lower-case hex of the SHA-256 of the object's bytes
 * @param bytes length of the object
 * @param lines number of lines, at least 1
 * @param blocks blocks that the lines take together
 */
public record IndexSection(
    int segment, String key, String sha256, long bytes, int lines, long blocks)
    implements Serializable {
  /** Segments of a section: 128 GiB of a volume, under a MiB of index. */
  static final int SEGMENTS = 4096;

  /** Blocks of those segments. */
  static final int BLOCKS = SEGMENTS * Blocks.PER_SEGMENT;

  /** Longest object: 64 objects in each segment, in lines that do not compress. */
  static final long LONGEST = 64L << 20;

  static String key(String archive, int segment, String sha256) {
    return String.format(Locale.ROOT, "%s/index/%07d.%s.zst", archive, segment, sha256);
  }
}
