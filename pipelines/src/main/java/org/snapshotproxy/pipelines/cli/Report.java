package org.snapshotproxy.pipelines.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.snapshotproxy.connectors.base.Blocks;

/**
 * What a command has to say on standard output: the reference tool's lines, or with --json one
 * object.
 */
final class Report {
  private final PrintStream out;
  private final boolean json;
  private final List<String> lines = new ArrayList<>();
  private final Map<String, Object> fields = new LinkedHashMap<>();

  Report(FspCommand root, String command) {
    this(root.out(), root.json(), command);
  }

  Report(PrintStream out, boolean json, String command) {
    this.out = out;
    this.json = json;
    fields.put("command", command);
  }

  /** A line of the plain form. */
  Report line(String format, Object... values) {
    lines.add(String.format(Locale.ROOT, format, values));
    return this;
  }

  /** A field of the JSON form. */
  Report field(String name, Object value) {
    fields.put(name, value);
    return this;
  }

  /** A line of the plain form that is an object, in the order of its fields. */
  Report object(Map<String, ?> object) {
    // With the blanks that the reference tool's has.
    lines.add(
        object.entrySet().stream()
            .map(field -> toJson(field.getKey()) + ": " + toJson(field.getValue()))
            .collect(Collectors.joining(", ", "{", "}")));
    return this;
  }

  /** The line and the field of the paths that were written. */
  Report paths(List<String> paths) {
    return field("paths", paths)
        .line("%s", paths.stream().map(Report::quoted).collect(Collectors.joining(", ", "[", "]")));
  }

  /** As the reference tool's language writes a string. */
  private static String quoted(String text) {
    String escaped = text.replace("\\", "\\\\");
    return text.contains("'") && !text.contains("\"")
        ? '"' + escaped + '"'
        : "'" + escaped.replace("'", "\\'") + "'";
  }

  private static String toJson(Object value) {
    try {
      return new ObjectMapper().writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("strings and numbers are always JSON", e);
    }
  }

  /** Blocks moved, as {@code chunks} and {@code bytes}. */
  Report size(long blocks) {
    return field("chunks", blocks).field("bytes", blocks * Blocks.SIZE);
  }

  /** The reference tool's closing line of a transfer. */
  Report took(String subject, long bytes, double seconds) {
    double rate = bytes / Math.max(seconds, 1e-9);
    field("seconds", seconds).field("bytes_per_second", rate);
    return line("%s took %.2f seconds at %.2f bytes/sec.", subject, seconds, rate);
  }

  /** Writes it out. */
  void print() {
    if (json) {
      out.println(toJson(fields));
    } else {
      lines.forEach(out::println);
    }
    out.flush();
  }
}
