package org.snapshotproxy.pipelines.cli;

import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.operators.Cells;

/**
 * Where in a volume blocks are, one character a cell.
 *
 * @param cells how the volume is divided
 * @param moved blocks of each cell that are present, or changed
 * @param cleared blocks of each cell that are no more; all 0 but in a difference
 * @param word what the moved blocks are: {@code present} or {@code changed}
 */
record MapDrawing(Cells cells, List<Long> moved, List<Long> cleared, String word) {
  private static final int COLUMNS = 64;

  /** None, up to a third, up to two thirds, more, all. */
  private static final String SHADES = " ░▒▓█";

  private static final String ASCII_SHADES = " .:*#";

  private static final char CLEARED = '-';
  private static final char BOTH = '+';

  /** The charset that standard output is written in. */
  static Charset charset() {
    String newer = System.getProperty("stdout.encoding");
    String name = newer == null ? System.getProperty("sun.stdout.encoding") : newer;
    return name != null && Charset.isSupported(name)
        ? Charset.forName(name)
        : Charset.defaultCharset();
  }

  /** Adds the rows and their legend, and the counts for JSON. */
  void addTo(Report report, Charset charset) {
    String shades = charset.newEncoder().canEncode(SHADES) ? SHADES : ASCII_SHADES;
    rows(shades).forEach(row -> report.line("%s", row));
    report.line("%s", legend(shades));
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("blocks_per_cell", cells.perCell());
    fields.put("bytes_per_cell", Blocks.offset(1) * cells.perCell());
    fields.put(word, moved);
    if (isDifference()) {
      fields.put("cleared", cleared);
    }
    report.field("map", fields);
  }

  private List<String> rows(String shades) {
    List<String> rows = new ArrayList<>();
    for (int first = 0; first < cells.count(); first += COLUMNS) {
      StringBuilder row = new StringBuilder("|");
      for (int cell = first; cell < Math.min(first + COLUMNS, cells.count()); cell++) {
        row.append(character(cell, shades));
      }
      rows.add(row.append('|').toString());
    }
    return rows;
  }

  private char character(int cell, String shades) {
    if (cleared.get(cell) > 0) {
      return moved.get(cell) > 0 ? BOTH : CLEARED;
    }
    long blocks = moved.get(cell);
    int size = cells.size(cell);
    if (blocks == 0 || blocks == size) {
      return shades.charAt(blocks == 0 ? 0 : 4);
    }
    return shades.charAt(blocks * 3 <= size ? 1 : blocks * 3 <= size * 2L ? 2 : 3);
  }

  private String legend(String shades) {
    String legend =
        String.format(
            "One character is %d bytes (%d blocks): '%c' none, '%c' up to 1/3, '%c' up to 2/3, '%c' more, '%c' all %s",
            Blocks.offset(1) * cells.perCell(),
            cells.perCell(),
            shades.charAt(0),
            shades.charAt(1),
            shades.charAt(2),
            shades.charAt(3),
            shades.charAt(4),
            word);
    return isDifference()
        ? legend + ", '" + CLEARED + "' cleared, '" + BOTH + "' cleared and " + word + "."
        : legend + ".";
  }

  private boolean isDifference() {
    return !word.equals("present");
  }
}
