package org.snapshotproxy.operators;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The division of a volume leaves no block out and counts none twice. */
class CellsTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 63, 64, 1023, 1024, 1025, 2048, 6144, 100_001, 134_217_728})
  void theCellsTogetherAreTheVolume(int blocks) {
    Cells cells = Cells.of(blocks);

    assertThat(cells.count()).isBetween(1, Cells.MOST);
    long sum = 0;
    for (int cell = 0; cell < cells.count(); cell++) {
      assertThat(cells.size(cell)).isBetween(1, cells.perCell());
      sum += cells.size(cell);
    }
    assertThat(sum).isEqualTo(blocks);
  }

  @ParameterizedTest
  @ValueSource(ints = {64, 1024, 3000, 6144, 70_000, 1_000_000})
  void eachBlockIsCountedInItsCell(int blocks) {
    Cells cells = Cells.of(blocks);
    Random random = new Random(blocks);
    long[] expected = new long[cells.count()];
    long[] counts = new long[cells.count()];
    for (int segment = 0; segment < blocks / 64; segment++) {
      long mask = random.nextLong() | (random.nextBoolean() ? -1L << random.nextInt(64) : 0);
      for (int bit = 0; bit < 64; bit++) {
        expected[(segment * 64 + bit) / cells.perCell()] += mask >>> bit & 1;
      }
      cells.add(segment, mask, counts, 0);
    }

    assertThat(counts).isEqualTo(expected);
  }

  @Test
  void theLastCellOfTheLargestVolumeIsWhole() {
    Cells cells = Cells.of(134_217_728);
    long[] counts = new long[cells.count()];

    cells.add(2_097_151, -1, counts, 0);

    assertThat(counts[1023]).isEqualTo(64);
  }
}
