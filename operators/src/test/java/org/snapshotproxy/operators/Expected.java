package org.snapshotproxy.operators;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.snapshotproxy.connectors.base.Seal;
import org.snapshotproxy.connectors.base.SegmentDescriptor;

/** What a destination must hold and be sealed with, computed from the world one block at a time. */
final class Expected {
  private Expected() {}

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The digest of every listed block, or that it was cleared. */
  static Map<Integer, String> blocks(World world) {
    Map<Integer, String> blocks = new TreeMap<>();
    for (SegmentDescriptor descriptor : world.listed) {
      for (int bit = 0; bit < 64; bit++) {
        int block = descriptor.segment() * 64 + bit;
        if ((descriptor.move() & (1L << bit)) != 0) {
          blocks.put(block, HexFormat.of().formatHex(sha256(world.content(block))));
        } else if ((descriptor.clear() & (1L << bit)) != 0) {
          blocks.put(block, Store.CLEARED);
        }
      }
    }
    return blocks;
  }

  /** SHA-256 over the digests of all blocks in ascending order; a cleared block is one of zeros. */
  static byte[] linear(Map<Integer, String> blocks) {
    StringBuilder digests = new StringBuilder();
    String zero = HexFormat.of().formatHex(sha256(new byte[524_288]));
    new TreeMap<>(blocks)
        .values()
        .forEach(digest -> digests.append(digest.equals(Store.CLEARED) ? zero : digest));
    return sha256(HexFormat.of().parseHex(digests));
  }

  /** That a destination holds all of the world's blocks, and every seal is that of them. */
  static void assertWhole(World world, Store store) {
    Map<Integer, String> expected = blocks(world);
    assertThat(store.blocks).isEqualTo(expected);
    long cleared = expected.values().stream().filter(Store.CLEARED::equals).count();
    assertThat(store.seals).isNotEmpty();
    for (Seal seal : store.seals) {
      assertThat(seal.written()).isEqualTo(expected.size() - cleared);
      assertThat(seal.cleared()).isEqualTo(cleared);
      assertThat(seal.checksum()).isEqualTo(linear(expected));
    }
  }
}
