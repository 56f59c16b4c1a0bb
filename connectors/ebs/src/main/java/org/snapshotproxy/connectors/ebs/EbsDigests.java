package org.snapshotproxy.connectors.ebs;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.snapshotproxy.connectors.aws.AwsAccess;
import org.snapshotproxy.connectors.base.BlockBuffer;
import org.snapshotproxy.connectors.base.BlockDigests;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.Digests;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.base.MemoryBudget;
import org.snapshotproxy.connectors.base.SegmentDescriptor;
import org.snapshotproxy.connectors.base.source.SegmentLister;

/**
 * The digests of a completed snapshot's blocks, by index: each block is read and its bytes
 * digested. Tokens are listed for many segments with one request and kept while they are near; a
 * block that is not listed costs no request. Reads hold 32 MiB at most. Thread-safe.
 */
public final class EbsDigests implements BlockDigests {
  /** Segments whose blocks fit into one page of 10,000 even where all are listed. */
  private static final int GROUP = 156;

  /** Groups kept: a job reads in about as many places at a time. */
  private static final int MOST_GROUPS = 16;

  /** Reads of a block whose bytes do not have the declared digest, before it is given up. */
  private static final int ATTEMPTS = 4;

  private final SnapshotView snapshot;
  private final EbsBlockReader reader;
  private final MemoryBudget memory = new MemoryBudget(Blocks.SEGMENT_SIZE);
  private final Map<Integer, Group> groups =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Group> eldest) {
          return size() > MOST_GROUPS;
        }
      };

  private EbsDigests(SnapshotView snapshot) {
    this.snapshot = snapshot;
    this.reader = new EbsBlockReader(snapshot);
  }

  /**
   * Opens them where they are used.
   *
   * @param access where the snapshot is
   * @param info what {@link Snapshots#inspect} found
   */
  public static BlockDigests.Factory of(AwsAccess access, SnapshotInfo info) {
    SnapshotView view =
        new SnapshotView(
            access, info.snapshotId(), info.volumeGiB(), EbsOrigin.Unlisted.IGNORE, true);
    return () -> new EbsDigests(view);
  }

  @Override
  public byte[] digest(int block) throws IOException, InterruptedException {
    SegmentDescriptor listed = listed(Blocks.segmentOf(block));
    return (listed.move() & Blocks.bit(block)) == 0 ? Blocks.zeroDigest() : read(listed, block);
  }

  @Override
  public int firstNonZero(int firstBlock, int count) throws IOException, InterruptedException {
    SegmentDescriptor listed = null;
    for (int block = firstBlock; block < firstBlock + count; block++) {
      int segment = Blocks.segmentOf(block);
      if (listed == null || listed.segment() != segment) {
        listed = listed(segment);
      }
      boolean present = (listed.move() & Blocks.bit(block)) != 0;
      if (present && !Blocks.isZeroDigest(read(listed, block))) {
        return block;
      }
    }
    return -1;
  }

  private SegmentDescriptor listed(int segment) throws IOException, InterruptedException {
    Group group;
    synchronized (groups) {
      group = groups.computeIfAbsent(segment / GROUP, Group::new);
    }
    return group.listed(snapshot, segment);
  }

  private byte[] read(SegmentDescriptor listed, int block)
      throws IOException, InterruptedException {
    int position = Long.bitCount(listed.move() & (Blocks.bit(block) - 1));
    BlockBuffer buffer = borrow();
    try {
      for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
        byte[] declared = reader.read(listed, position, buffer.bytes());
        byte[] digest = Digests.sha256(buffer.bytes());
        if (Arrays.equals(declared, digest)) {
          return digest;
        }
      }
    } finally {
      buffer.release();
    }
    throw new FspException(
        "Block "
            + block
            + " of "
            + snapshot.name()
            + " was read "
            + ATTEMPTS
            + " times and never had the SHA-256 the service declares; the way to it is damaged.");
  }

  private BlockBuffer borrow() throws InterruptedException {
    try {
      return memory.acquire(1).get().get(0);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a loan is granted or waited for", e);
    }
  }

  @Override
  public void close() {
    reader.close();
  }

  /** Adjacent segments that are listed together, when the first of them is asked for. */
  private static final class Group {
    private final int number;
    private Map<Integer, SegmentDescriptor> listed;

    Group(int number) {
      this.number = number;
    }

    synchronized SegmentDescriptor listed(SnapshotView snapshot, int segment)
        throws IOException, InterruptedException {
      if (listed == null) {
        listed = list(snapshot);
      }
      SegmentDescriptor found = listed.get(segment);
      return found == null ? new SegmentDescriptor(segment, 0, 0, List.of()) : found;
    }

    private Map<Integer, SegmentDescriptor> list(SnapshotView snapshot)
        throws IOException, InterruptedException {
      Map<Integer, SegmentDescriptor> all = new HashMap<>();
      int next = number * GROUP;
      int end = Math.min(next + GROUP, Blocks.segmentsFor(snapshot.bytes()));
      try (EbsLister lister = new EbsLister(snapshot)) {
        while (next < end) {
          SegmentLister.Page page = lister.list(next, end);
          page.descriptors().forEach(each -> all.put(each.segment(), each));
          next = page.next();
        }
      }
      return all;
    }
  }
}
