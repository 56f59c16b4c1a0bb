package org.snapshotproxy.connectors.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Sets of blocks against sets kept as plain lists of booleans. */
class MasksPropertiesTest {
  private static final int LAST_SEGMENT = 2_097_151;

  @Property
  void theIndexesOfAMaskAreThoseOfItsSetBitsAscending(
      @ForAll @IntRange(max = LAST_SEGMENT) int segment, @ForAll("masks") long mask) {
    assertThat(Masks.indexes(segment, mask))
        .containsExactly(set(segment, mask).toArray(Integer[]::new));
  }

  @Property
  void theRunsOfAMaskCoverItsBlocksOnceAscending(
      @ForAll @IntRange(max = LAST_SEGMENT) int segment, @ForAll("masks") long mask) {
    List<Integer> covered = new ArrayList<>();
    Masks.forEachRun(
        segment,
        mask,
        (first, count) -> {
          for (int i = 0; i < count; i++) {
            covered.add(first + i);
          }
        });

    assertThat(covered).containsExactlyElementsOf(set(segment, mask));
  }

  @Property
  void noTwoRunsOfAMaskTouch(@ForAll("masks") long mask) {
    List<int[]> runs = new ArrayList<>();
    Masks.forEachRun(0, mask, (first, count) -> runs.add(new int[] {first, count}));

    for (int i = 1; i < runs.size(); i++) {
      assertThat(runs.get(i)[0]).isGreaterThan(runs.get(i - 1)[0] + runs.get(i - 1)[1]);
    }
    assertThat(runs).allMatch(run -> run[1] >= 1);
  }

  @Property
  void aDivisionIntoPartsIsTakenAndOneThatLacksOrRepeatsABlockIsNot(
      @ForAll("masks") long mask, @ForAll long cut) {
    Assume.that(mask != 0 && (mask & cut) != 0 && (mask & ~cut) != 0);
    long[] parts = {mask & cut, mask & ~cut};

    assertThat(Masks.checkParts(parts, mask)).isSameAs(parts);
    assertThat(Masks.checkParts(Masks.singles(mask), mask)).hasSize(Long.bitCount(mask));
    assertThatIllegalStateException().isThrownBy(() -> Masks.checkParts(new long[] {cut}, mask));
    assertThatIllegalStateException()
        .isThrownBy(() -> Masks.checkParts(new long[] {mask & cut}, mask));
    assertThatIllegalStateException()
        .isThrownBy(() -> Masks.checkParts(new long[] {mask, mask & cut}, mask));
    assertThatIllegalStateException()
        .isThrownBy(() -> Masks.checkParts(new long[] {mask, 0}, mask));
  }

  /** Single bits, full masks, runs that touch either end, and any others. */
  @Provide
  Arbitrary<Long> masks() {
    Arbitrary<Long> runs =
        Arbitraries.integers()
            .between(0, 63)
            .tuple2()
            .map(ends -> -1L >>> ends.get1() & -1L << ends.get2());
    return Arbitraries.oneOf(
        Arbitraries.longs(), runs, Arbitraries.of(0L, -1L, 1L, Long.MIN_VALUE));
  }

  private static List<Integer> set(int segment, long mask) {
    List<Integer> set = new ArrayList<>();
    for (int bit = 0; bit < 64; bit++) {
      if ((mask & (1L << bit)) != 0) {
        set.add(segment * 64 + bit);
      }
    }
    return set;
  }
}
