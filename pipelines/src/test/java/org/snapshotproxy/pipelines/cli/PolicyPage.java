package org.snapshotproxy.pipelines.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.snapshotproxy.endpoint.policy.Policy;

/**
 * What {@code deploy/iam} says: the table of its page, and the policies with their words filled.
 */
final class PolicyPage {
  static final Path DIRECTORY = Path.of("..", "deploy", "iam");

  private static final String HEADER = "| run |";
  private static final Pattern ROW =
      Pattern.compile("\\| `([^`]+)` \\|([^|]*)\\|([^|]*)\\|([^|]*)\\|");
  private static final Pattern LINK = Pattern.compile("\\[([a-z-]+)\\]\\(([a-z-]+)\\.json\\)");

  private PolicyPage() {}

  /**
   * The policies that a run needs, by name.
   *
   * @param origin of the side that is read
   * @param destination of the side that is written
   * @param s3 of the archive's bucket
   */
  record Row(List<String> origin, List<String> destination, List<String> s3) {
    Stream<String> all() {
      return Stream.of(origin, destination, s3).flatMap(List::stream);
    }
  }

  /** By what stands in the first column. */
  static Map<String, Row> rows() {
    Map<String, Row> rows = new LinkedHashMap<>();
    String page = read(DIRECTORY.resolve("README.md"));
    int begin = page.indexOf(HEADER);
    Matcher row = ROW.matcher(page.substring(begin, page.indexOf("\n\n", begin)));
    while (row.find()) {
      Row policies = new Row(links(row.group(2)), links(row.group(3)), links(row.group(4)));
      if (rows.put(row.group(1), policies) != null) {
        throw new IllegalStateException(row.group(1) + " stands twice in the table");
      }
    }
    return rows;
  }

  private static List<String> links(String cell) {
    List<String> names = new ArrayList<>();
    Matcher link = LINK.matcher(cell);
    while (link.find()) {
      if (!link.group(1).equals(link.group(2))) {
        throw new IllegalStateException(link.group() + " leads elsewhere than it says");
      }
      names.add(link.group(1));
    }
    return names;
  }

  /** A policy whose words in capitals are replaced as the page says. */
  static Policy policy(String name, Map<String, String> words) {
    String json = read(DIRECTORY.resolve(name + ".json"));
    for (Map.Entry<String, String> word : words.entrySet()) {
      json = json.replace(word.getKey(), word.getValue());
    }
    return Policy.parse(json);
  }

  /** The actions that policies allow. */
  static Set<String> actions(List<String> names) {
    Set<String> actions = new TreeSet<>();
    names.forEach(name -> actions.addAll(policy(name, Map.of()).allowedActions()));
    return actions;
  }

  /** The names of all policies for principals. */
  static Set<String> names() throws IOException {
    Set<String> names = new TreeSet<>();
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".json"))
          .forEach(name -> names.add(name.substring(0, name.length() - ".json".length())));
    }
    return names;
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
