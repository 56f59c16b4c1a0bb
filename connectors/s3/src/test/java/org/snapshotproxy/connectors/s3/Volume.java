package org.snapshotproxy.connectors.s3;

import java.util.Arrays;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.snapshotproxy.connectors.base.Blocks;

/**
 * What a volume holds: the oracle, known from having made it.
 *
 * @param bytes its length
 * @param blocks seed of the content of each block that holds data
 */
record Volume(long bytes, NavigableMap<Integer, Long> blocks) {
  /** The seed of a block of zeros. */
  static final long ZEROS = 0;

  /** From here on seeds stand for content that does not compress. */
  static final long RANDOM = 1L << 32;

  static Volume of(long bytes, int... blocks) {
    NavigableMap<Integer, Long> seeds = new TreeMap<>();
    for (int block : blocks) {
      seeds.put(block, block + 1L);
    }
    return new Volume(bytes, seeds);
  }

  /** The same with one block more or another in its place. */
  Volume with(int block, long seed) {
    NavigableMap<Integer, Long> more = new TreeMap<>(blocks);
    more.put(block, seed);
    return new Volume(bytes, more);
  }

  /** The same without a block. */
  Volume without(int block) {
    NavigableMap<Integer, Long> less = new TreeMap<>(blocks);
    less.remove(block);
    return new Volume(bytes, less);
  }

  /** The bytes of a block; past the volume's end zeros. */
  byte[] block(int index) {
    byte[] content = new byte[Blocks.SIZE];
    Long seed = blocks.get(index);
    if (seed != null && seed != ZEROS) {
      fill(content, seed);
    }
    long end = Math.min(Blocks.SIZE, bytes - Blocks.offset(index));
    Arrays.fill(content, (int) end, Blocks.SIZE, (byte) 0);
    return content;
  }

  private static void fill(byte[] content, long seed) {
    byte[] random = new byte[seed >= RANDOM ? content.length : 2048];
    new Random(seed).nextBytes(random);
    for (int at = 0; at < content.length; at += random.length) {
      System.arraycopy(random, 0, content, at, random.length);
    }
  }

  /** The blocks to send to make this of an earlier state: those that are other or new. */
  NavigableMap<Integer, Long> changed(Volume before) {
    NavigableMap<Integer, Long> changed = new TreeMap<>(blocks);
    changed.entrySet().removeIf(each -> each.getValue().equals(before.blocks.get(each.getKey())));
    return changed;
  }

  /** The blocks of an earlier state that this has no more. */
  TreeSet<Integer> cleared(Volume before) {
    TreeSet<Integer> cleared = new TreeSet<>(before.blocks.keySet());
    cleared.removeAll(blocks.keySet());
    return cleared;
  }
}
