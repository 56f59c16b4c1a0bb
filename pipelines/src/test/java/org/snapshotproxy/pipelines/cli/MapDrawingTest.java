package org.snapshotproxy.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.snapshotproxy.operators.Cells;

/** Each shade and each sign, at its bounds. */
class MapDrawingTest {
  private static List<String> lines(MapDrawing drawing, boolean json) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Report report = new Report(new PrintStream(out, true, StandardCharsets.UTF_8), json, "diff");
    drawing.addTo(report, StandardCharsets.UTF_8);
    report.print();
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }

  @Test
  void aSmallVolumeHasFewerCellsAndItsLastCellIsFullWithFewerBlocks() {
    MapDrawing drawing =
        new MapDrawing(
            new Cells(39, 6),
            List.of(0L, 1L, 2L, 3L, 4L, 5L, 3L),
            List.of(0L, 0L, 0L, 0L, 0L, 0L, 0L),
            "present");

    assertThat(lines(drawing, false).get(0)).isEqualTo("| ░░▒▒▓█|");
  }

  @Test
  void whatWasClearedIsToldFromWhatChanged() {
    MapDrawing drawing =
        new MapDrawing(
            new Cells(12, 3), List.of(0L, 3L, 0L, 1L), List.of(0L, 0L, 2L, 1L), "changed");

    assertThat(lines(drawing, false))
        .containsExactly(
            "| █-+|",
            "One character is 1572864 bytes (3 blocks): ' ' none, '░' up to 1/3, '▒' up to 2/3, '▓' more, '█' all changed, '-' cleared, '+' cleared and changed.");
    assertThat(lines(drawing, true))
        .containsExactly(
            "{\"command\":\"diff\",\"map\":{\"blocks_per_cell\":3,\"bytes_per_cell\":1572864,"
                + "\"changed\":[0,3,0,1],\"cleared\":[0,0,2,1]}}");
  }
}
