package org.snapshotproxy.connectors.base.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.snapshotproxy.connectors.base.SegmentDescriptor;

/** Of what an image would clear, only what the parent has is cleared. */
class ChildOriginTest {
  /** Lists given descriptors, a segment a page. */
  private record Given(List<SegmentDescriptor> descriptors, List<Integer> asked)
      implements SegmentLister {
    @Override
    public Page list(int from, int to) {
      asked.add(from);
      return new Page(
          descriptors.stream().filter(each -> each.segment() == from).toList(), from + 1);
    }

    @Override
    public void close() {
      // Nothing is open.
    }
  }

  private static SegmentDescriptor of(int segment, long move, long clear) {
    return new SegmentDescriptor(segment, move, clear, List.of());
  }

  @Test
  void clearsAreCutDownToTheParentsBlocksAndMovesStay() throws Exception {
    List<Integer> asked = new ArrayList<>();
    Given image =
        new Given(
            List.of(
                of(0, 0b0011, 0b1100),
                of(1, 0b1111, 0),
                of(2, 0, 0b1111),
                of(3, 0, 0b1111),
                of(4, 0b1, 0b1110)),
            new ArrayList<>());
    Given parent = new Given(List.of(of(0, 0b0110, 0), of(1, 0b1, 0), of(2, 0b1000, 0)), asked);
    SegmentLister lister = new ChildOrigin.ClearsOfParent(image, parent, 4);

    List<SegmentDescriptor> listed = new ArrayList<>();
    for (int segment = 0; segment < 5; segment++) {
      SegmentLister.Page page = lister.list(segment, 5);
      assertThat(page.next()).isEqualTo(segment + 1);
      listed.addAll(page.descriptors());
    }

    assertThat(listed)
        .containsExactly(of(0, 0b0011, 0b0100), of(1, 0b1111, 0), of(2, 0, 0b1000), of(4, 0b1, 0));
    // Not where nothing is to be cleared, and not behind its end.
    assertThat(asked).containsExactly(0, 2, 3);
  }
}
