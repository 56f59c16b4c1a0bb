package org.snapshotproxy.pipelines.cli;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A sparse disk image and what is known of it from having made it.
 *
 * @param size length in bytes
 * @param extents what is written, later ones over earlier ones
 */
record DiskImage(long size, List<Extent> extents) {
  static final int BLOCK = 512 * 1024;
  static final long GIB = 1L << 30;

  /**
   * A stretch that is written.
   *
   * @param seed of its random bytes; 0 writes zeros
   */
  record Extent(long start, int length, long seed) {
    byte[] bytes() {
      byte[] bytes = new byte[length];
      if (seed != 0) {
        new Random(seed).nextBytes(bytes);
      }
      return bytes;
    }
  }

  /** An image with no hole. */
  static DiskImage full(long size, long seed) {
    List<Extent> extents = new ArrayList<>();
    for (long start = 0; start < size; start += BLOCK) {
      extents.add(new Extent(start, (int) Math.min(BLOCK, size - start), seed + start));
    }
    return new DiskImage(size, extents);
  }

  /** A hole with some extents of data and of zeros, the first and the last byte among them. */
  static DiskImage sparse(long size, long seed) {
    Random random = new Random(seed);
    List<Extent> extents = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      long start = (long) (random.nextDouble() * size);
      int length = (int) Math.min(1 + random.nextInt(3 * BLOCK), size - start);
      extents.add(new Extent(start, length, i % 3 == 2 ? 0 : 1 + random.nextInt(1 << 30)));
    }
    extents.add(new Extent(0, 1, seed + 1));
    extents.add(new Extent(size - 1, 1, seed + 2));
    return new DiskImage(size, extents);
  }

  /** The size of the smallest volume that holds it. */
  int volumeGiB() {
    return (int) ((size + GIB - 1) / GIB);
  }

  /** Blocks that any extent touches, and thus are not holes. */
  BitSet touched() {
    BitSet touched = new BitSet();
    for (Extent extent : extents) {
      long last = extent.start + extent.length - 1;
      touched.set((int) (extent.start / BLOCK), (int) (last / BLOCK) + 1);
    }
    return touched;
  }

  /** The digests of the blocks that hold anything but zeros, by index. */
  Map<Integer, String> contents() {
    Map<Integer, byte[]> blocks = new TreeMap<>();
    for (Extent extent : extents) {
      byte[] bytes = extent.bytes();
      for (int at = 0; at < bytes.length; ) {
        long position = extent.start + at;
        int offset = (int) (position % BLOCK);
        int length = Math.min(BLOCK - offset, bytes.length - at);
        byte[] block = blocks.computeIfAbsent((int) (position / BLOCK), each -> new byte[BLOCK]);
        System.arraycopy(bytes, at, block, offset, length);
        at += length;
      }
    }
    byte[] zeros = new byte[BLOCK];
    Map<Integer, String> digests = new TreeMap<>();
    blocks.forEach(
        (index, block) -> {
          if (!Arrays.equals(block, zeros)) {
            digests.put(index, Witness.sha256(block));
          }
        });
    return digests;
  }

  /** Makes the file. */
  Path create(Path file) throws IOException {
    return as(file, size);
  }

  /** Makes the file that a volume with this image has to equal. */
  Path as(Path file, long length) throws IOException {
    Files.deleteIfExists(file);
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      for (Extent extent : extents) {
        sparse.seek(extent.start);
        sparse.write(extent.bytes());
      }
      sparse.setLength(length);
    }
    return file;
  }
}
