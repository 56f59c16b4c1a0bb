package org.snapshotproxy.endpoint.service;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.snapshotproxy.endpoint.store.Snapshot;
import org.snapshotproxy.endpoint.store.SnapshotSpec;

/** The filters of DescribeSnapshots: every filter has to match, any value of it may. */
final class SnapshotFilter implements Predicate<Snapshot> {
  private static final String TAG = "tag:";
  private static final Set<String> NAMES =
      Set.of(
          "status",
          "volume-size",
          "tag-key",
          "description",
          "snapshot-id",
          "owner-id",
          "encrypted",
          "volume-id",
          "start-time",
          "progress",
          "storage-tier");

  private final Map<String, List<String>> filters;

  SnapshotFilter(Map<String, List<String>> filters) throws ServiceError {
    this.filters = filters;
    for (String name : filters.keySet()) {
      if (!NAMES.contains(name) && !name.startsWith(TAG)) {
        throw new ServiceError(
            400, "InvalidParameterValue", "", "The filter '" + name + "' is invalid");
      }
    }
  }

  @Override
  public boolean test(Snapshot snapshot) {
    return filters.entrySet().stream()
        .allMatch(
            filter ->
                valuesOf(snapshot, filter.getKey()).stream()
                    .anyMatch(value -> anyMatches(filter.getValue(), value)));
  }

  private static Set<String> valuesOf(Snapshot snapshot, String name) {
    SnapshotSpec spec = snapshot.spec();
    Map<String, String> tags = snapshot.state().tags();
    if (name.startsWith(TAG)) {
      String key = name.substring(TAG.length());
      return tags.containsKey(key) ? Set.of(tags.get(key)) : Set.of();
    }
    return switch (name) {
      case "status" -> Set.of(snapshot.status().name());
      case "volume-size" -> Set.of(Integer.toString(spec.volumeSizeGiB()));
      case "tag-key" -> tags.keySet();
      case "description" -> Set.of(spec.description());
      case "snapshot-id" -> Set.of(spec.id());
      case "owner-id" -> Set.of(spec.owner());
      case "encrypted" -> Set.of(Boolean.toString(spec.encrypted()));
      case "volume-id" -> Set.of(spec.volumeId());
      case "start-time" -> Set.of(Instant.ofEpochMilli(spec.startMillis()).toString());
      case "progress" -> Set.of(snapshot.state().sealed() ? "100%" : "0%");
      default -> Set.of("standard");
    };
  }

  private static boolean anyMatches(List<String> patterns, String value) {
    return patterns.stream().anyMatch(pattern -> wildcard(pattern).matcher(value).matches());
  }

  /** {@code *} stands for any text, {@code ?} for one character. */
  private static Pattern wildcard(String text) {
    StringBuilder regex = new StringBuilder();
    for (char c : text.toCharArray()) {
      regex.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf(c)));
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL);
  }
}
