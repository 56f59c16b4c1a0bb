package org.snapshotproxy.pipelines.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A snapshot and a later one of the same volume: of the first one's blocks some are changed, some
 * zeroed and some gone in the second, and some are new.
 *
 * @param first id of the earlier one, of 1 GiB
 * @param second id of the later one
 * @param firstBlocks what the first was made of
 * @param changes blocks of the second's own
 * @param gone blocks of the first that the second does not have
 */
record Lineage(
    String first,
    String second,
    Map<Integer, byte[]> firstBlocks,
    Map<Integer, byte[]> changes,
    List<Integer> gone) {

  /** Few blocks, at the edges of segments and of the volume. */
  static Lineage sparse(TestCloud cloud, Witness region, int secondGiB) throws Exception {
    Map<Integer, byte[]> blocks = new TreeMap<>();
    for (int block : new int[] {0, 1, 2, 63, 64, 65, 700, 701, 702, 1023, 1024, 2046, 2047}) {
      blocks.put(block, Witness.block(block % 100 + 1));
    }
    Map<Integer, byte[]> changes = new TreeMap<>();
    changes.put(0, Witness.block(201)); // changed
    changes.put(2047, Witness.block(202));
    changes.put(1, Witness.block(0)); // zeroed
    changes.put(64, Witness.block(0));
    changes.put(3, Witness.block(203)); // new
    changes.put(1500, Witness.block(204));
    if (secondGiB > 1) {
      changes.put(2048, Witness.block(205)); // behind the first one's end
      changes.put(secondGiB * 2048 - 1, Witness.block(206));
    }
    return of(cloud, region, blocks, changes, List.of(2, 63, 700, 701, 1024, 2046), secondGiB);
  }

  /** Runs of blocks in the first, and of every kind of change a dozen or more. */
  static Lineage dense(TestCloud cloud, Witness region) throws Exception {
    Random random = new Random(5);
    Map<Integer, byte[]> blocks = new TreeMap<>();
    Map<Integer, byte[]> changes = new TreeMap<>();
    List<Integer> gone = new ArrayList<>();
    for (int block = 0; block < 2048; block++) {
      boolean present = block % 512 < 40;
      if (present) {
        blocks.put(block, Witness.block(1 + random.nextInt(100)));
      }
      int fate = random.nextInt(present ? 6 : 100);
      if (fate == 0) {
        changes.put(block, Witness.block(101 + random.nextInt(100)));
      } else if (fate == 1) {
        changes.put(block, Witness.block(0));
      } else if (fate == 2 && present) {
        gone.add(block);
      }
    }
    return of(cloud, region, blocks, changes, gone, 1);
  }

  private static Lineage of(
      TestCloud cloud,
      Witness region,
      Map<Integer, byte[]> blocks,
      Map<Integer, byte[]> changes,
      List<Integer> gone,
      int secondGiB)
      throws IOException, InterruptedException {
    String first = region.completed(1, blocks);
    String second = region.child(first, secondGiB, changes);
    for (int block : gone) {
      cloud.control().loseBlocks(second, block, 1);
    }
    return new Lineage(first, second, blocks, changes, gone);
  }

  /** Entries of the list of changes. */
  int differing() {
    return changes.size() + gone.size();
  }

  /** The {@code diff} line as a regular expression. */
  String line() {
    return "Changes between "
        + first
        + " and "
        + second
        + " contain "
        + differing()
        + " chunks and "
        + differing() * 524_288L
        + " bytes, took [0-9]+\\.[0-9]{2} seconds\\.";
  }
}
