package org.snapshotproxy.connectors.s3;

import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snapshotproxy.connectors.base.Block;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.Digests;

/**
 * The name of an object in the reference tool's layout: {@code FIRSTBLOCK.SHA256.COUNT.zstd}, with
 * the SHA-256 of the raw blocks one after the other, in URL-safe Base64.
 *
 * @param firstBlock index of its first block
 * @param digest raw SHA-256 of all its blocks together, 32 bytes
 * @param count adjacent blocks in it, within one segment
 */
record ReferenceName(int firstBlock, byte[] digest, int count) {
  private static final Pattern FORM =
      Pattern.compile("(0|[1-9][0-9]{0,8})\\.([A-Za-z0-9_-]{43})=\\.([1-9][0-9]?)\\.zstd");

  static ReferenceName of(List<Block> run) {
    MessageDigest digest = Digests.newSha256();
    run.forEach(block -> digest.update(block.buffer().bytes()));
    return new ReferenceName(run.get(0).index(), digest.digest(), run.size());
  }

  /** Reads the last element of a key; empty if it is not such a name. */
  static Optional<ReferenceName> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    int first = Integer.parseInt(matcher.group(1));
    int count = Integer.parseInt(matcher.group(3));
    byte[] digest = Base64.getUrlDecoder().decode(matcher.group(2));
    ReferenceName name = new ReferenceName(first, digest, count);
    // Cut at multiples of 64 blocks, as the reference tool does; and the one spelling of the digest
    // that it writes.
    boolean within = first % Blocks.PER_SEGMENT + count <= Blocks.PER_SEGMENT;
    return within && name.toString().equals(text) ? Optional.of(name) : Optional.empty();
  }

  /** The mask of its blocks in their segment. */
  long mask() {
    long run = count == Blocks.PER_SEGMENT ? -1L : (1L << count) - 1;
    return run << firstBlock % Blocks.PER_SEGMENT;
  }

  @Override
  public String toString() {
    return firstBlock + "." + Base64.getUrlEncoder().encodeToString(digest) + "." + count + ".zstd";
  }
}
