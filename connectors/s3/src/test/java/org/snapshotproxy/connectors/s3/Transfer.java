package org.snapshotproxy.connectors.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.snapshotproxy.connectors.base.Block;
import org.snapshotproxy.connectors.base.BlockBuffer;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.Destination;
import org.snapshotproxy.connectors.base.Digests;
import org.snapshotproxy.connectors.base.Ledger;
import org.snapshotproxy.connectors.base.Masks;
import org.snapshotproxy.connectors.base.PartReader;
import org.snapshotproxy.connectors.base.PartWriter;
import org.snapshotproxy.connectors.base.Receipt;
import org.snapshotproxy.connectors.base.Seal;
import org.snapshotproxy.connectors.base.Sealer;
import org.snapshotproxy.connectors.base.SegmentDescriptor;
import org.snapshotproxy.connectors.base.source.SegmentLister;

/** What a job does with the connector, step by step and on one thread. */
final class Transfer {
  private Transfer() {}

  /** Writes everything of a volume and seals it. */
  static void all(Destination to, Volume volume) throws Exception {
    delta(to, new Volume(volume.bytes(), new TreeMap<>()), volume);
  }

  /** Writes what makes one state of another and seals it. */
  static void delta(Destination to, Volume before, Volume after) throws Exception {
    List<Receipt> receipts = write(to, before, after);
    seal(to, receipts, note(to, receipts));
  }

  /** What the writers of a job do. */
  static List<Receipt> write(Destination to, Volume before, Volume after) throws Exception {
    Map<Integer, Long> written = masks(after.changed(before).keySet());
    Map<Integer, Long> cleared = masks(after.cleared(before));
    TreeMap<Integer, Long> segments = new TreeMap<>(written);
    cleared.keySet().forEach(segment -> segments.putIfAbsent(segment, 0L));
    List<Receipt> receipts = new ArrayList<>();
    try (PartWriter writer = to.openWriter()) {
      for (int segment : segments.keySet()) {
        long clear = cleared.getOrDefault(segment, 0L);
        receipts.add(write(writer, segment, segments.get(segment), clear, after));
      }
      writer.sync();
    }
    return receipts;
  }

  private static Receipt write(PartWriter writer, int segment, long mask, long clear, Volume volume)
      throws Exception {
    Map<Integer, Block> blocks = new TreeMap<>();
    ByteArrayOutputStream digests = new ByteArrayOutputStream();
    for (int index : Masks.indexes(segment, mask)) {
      byte[] bytes = volume.block(index);
      byte[] digest = Digests.sha256(bytes);
      digests.write(digest);
      blocks.put(index, new Block(index, BlockBuffer.unpooled(bytes), digest));
    }
    for (long part : writer.parts(segment, mask)) {
      writer.put(Arrays.stream(Masks.indexes(segment, part)).mapToObj(blocks::get).toList());
    }
    Masks.<Exception>forEachRun(segment, clear, writer::clear);
    return new Receipt(segment, mask, clear, 0, digests.toByteArray());
  }

  /** Puts one block as a part of its own. */
  static void put(PartWriter writer, Volume volume, int index) {
    byte[] bytes = volume.block(index);
    Block block = new Block(index, BlockBuffer.unpooled(bytes), Digests.sha256(bytes));
    try {
      writer.put(List.of(block));
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<Integer, Long> masks(Collection<Integer> blocks) {
    Map<Integer, Long> masks = new HashMap<>();
    blocks.forEach(
        block -> masks.merge(Blocks.segmentOf(block), Blocks.bit(block), (a, b) -> a | b));
    return masks;
  }

  /** What the finalizer does first. */
  static String note(Destination to, List<Receipt> receipts) throws Exception {
    Optional<Ledger> opened = to.openLedger();
    if (opened.isEmpty()) {
      return "";
    }
    try (Ledger ledger = opened.get()) {
      for (Receipt receipt : receipts) {
        ledger.add(receipt);
      }
      return ledger.finish();
    }
  }

  /** What the finalizer does last. */
  static void seal(Destination to, List<Receipt> receipts, String note) throws Exception {
    MessageDigest checksum = Digests.newSha256();
    long written = 0;
    long cleared = 0;
    for (Receipt receipt : receipts) {
      written += Long.bitCount(receipt.written());
      cleared += Long.bitCount(receipt.cleared());
      int at = 0;
      for (long rest = receipt.written() | receipt.cleared(); rest != 0; rest &= rest - 1) {
        if ((receipt.written() & Long.lowestOneBit(rest)) == 0) {
          checksum.update(Blocks.zeroDigest());
        } else {
          checksum.update(receipt.digests(), at, Digests.LENGTH);
          at += Digests.LENGTH;
        }
      }
    }
    try (Sealer sealer = to.openSealer()) {
      sealer.seal(new Seal(written, cleared, 0, checksum.digest(), note));
    }
  }

  /** Reads an archive as a job does, and compares it block by block with what it has to hold. */
  static void assertHolds(Archive archive, Volume volume) throws Exception {
    try (PartReader reader = new ArchiveOrigin(archive, true, 1).openReader()) {
      assertHolds(() -> new ArchiveLister(archive, true), reader, volume);
    }
    assertThat(archive.manifest().bytes()).isEqualTo(volume.bytes());
    assertThat(archive.manifest().blocks()).isEqualTo(volume.blocks().size());
  }

  /** The same for the reference tool's layout. */
  static void assertHolds(ReferenceArchive archive, Volume volume) throws Exception {
    try (PartReader reader = new ReferenceOrigin(archive, true).openReader()) {
      assertHolds(() -> new ReferenceLister(archive, true), reader, volume);
    }
  }

  private static void assertHolds(SegmentLister.Factory listers, PartReader reader, Volume volume)
      throws Exception {
    NavigableMap<Integer, Long> left = new TreeMap<>(volume.blocks());
    int next = 0;
    for (SegmentDescriptor descriptor : list(listers, Blocks.segmentsFor(volume.bytes()))) {
      int segment = descriptor.segment();
      // Cleared are all that are not moved, of every segment, for the destination holds anything.
      assertThat(segment).isEqualTo(next++);
      assertThat(descriptor.move() | descriptor.clear())
          .isEqualTo(Blocks.maskWithin(segment, volume.bytes()));
      Map<Integer, byte[]> read = read(reader, descriptor);
      for (int index : descriptor.moveIndexes()) {
        assertThat(left.remove(index)).as("block %s is moved", index).isNotNull();
        assertThat(Arrays.equals(read.get(index), volume.block(index)))
            .as("block %s has its bytes", index)
            .isTrue();
      }
    }
    assertThat(next).isEqualTo(Blocks.segmentsFor(volume.bytes()));
    assertThat(left).isEmpty();
  }

  /** Over any ranges, each by a lister of its own, as the source does it. */
  static List<SegmentDescriptor> list(SegmentLister.Factory listers, int segments)
      throws Exception {
    Random random = new Random(segments);
    List<SegmentDescriptor> listed = new ArrayList<>();
    int from = 0;
    while (from < segments) {
      int to = from + 1 + random.nextInt(segments - from);
      try (SegmentLister lister = listers.open()) {
        while (from < to) {
          SegmentLister.Page page = lister.list(from, to);
          assertThat(page.next()).isGreaterThan(from).isLessThanOrEqualTo(to);
          listed.addAll(page.descriptors());
          from = page.next();
        }
      }
    }
    return listed;
  }

  /**
   * Reads the blocks of a segment, by index, and checks the digests as the fetching operator does.
   */
  static Map<Integer, byte[]> read(PartReader reader, SegmentDescriptor descriptor)
      throws IOException, InterruptedException {
    Map<Integer, byte[]> blocks = new TreeMap<>();
    long all = 0;
    for (long part : reader.parts(descriptor)) {
      assertThat(part & all).as("parts are disjoint").isZero();
      all |= part;
      int[] indexes = Masks.indexes(descriptor.segment(), part);
      byte[][] into = new byte[indexes.length][Blocks.SIZE];
      byte[][] declared = reader.read(descriptor, part, into);
      for (int i = 0; i < indexes.length; i++) {
        if (declared[i] != null && !Arrays.equals(declared[i], Digests.sha256(into[i]))) {
          throw new WrongDigest(indexes[i]);
        }
        blocks.put(indexes[i], into[i]);
      }
    }
    assertThat(all).isEqualTo(descriptor.move());
    return blocks;
  }

  /** What the fetching operator makes of bytes that do not have the declared digest. */
  static final class WrongDigest extends RuntimeException {
    private static final long serialVersionUID = 1L;

    WrongDigest(int block) {
      super("block " + block);
    }
  }
}
