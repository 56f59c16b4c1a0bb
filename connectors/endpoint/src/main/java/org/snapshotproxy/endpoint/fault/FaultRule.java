package org.snapshotproxy.endpoint.fault;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * One fault, read from one line of text: {@code KIND:key=value,key=value}.
 *
 * <p>Which requests: {@code op} (names joined by {@code +}), {@code snapshot}, {@code block}
 * ({@code N} or {@code FROM-TO}), {@code region}, {@code key} (access key), {@code younger}
 * (seconds since the snapshot was started). How often: {@code p} (probability), {@code every}
 * (every Nth), {@code n} (at most N times); without any, always. In what way: {@code ms} (latency),
 * {@code status} (server-error), {@code reason} (throttles, access-denied), {@code size} (entries
 * of a short page).
 *
 * @param spec the line itself
 * @param operations that it is restricted to; empty for all
 * @param firstBlock first block index it is restricted to
 * @param lastBlock last block index it is restricted to, {@code Long.MAX_VALUE} for all requests
 * @param probability 0 to 1
 * @param every at least 1
 * @param times how often it may happen, {@code Long.MAX_VALUE} for ever
 */
public record FaultRule(
    String spec,
    FaultKind kind,
    Set<String> operations,
    String snapshotId,
    long firstBlock,
    long lastBlock,
    String region,
    String accessKey,
    long youngerMillis,
    double probability,
    long every,
    long times,
    long latencyMillis,
    int status,
    String reason,
    int size) {
  private static final List<String> KEYS =
      List.of(
          "op",
          "snapshot",
          "block",
          "region",
          "key",
          "younger",
          "p",
          "every",
          "n",
          "ms",
          "status",
          "reason",
          "size");

  /**
   * Reads a rule.
   *
   * @throws IllegalArgumentException with a sentence, if it is not one
   */
  public static FaultRule parse(String spec) {
    int colon = spec.indexOf(':');
    FaultKind kind = FaultKind.parse(colon < 0 ? spec : spec.substring(0, colon));
    Values values = new Values(spec, colon < 0 ? "" : spec.substring(colon + 1));
    String[] blocks = values.text("block", "").split("-");
    boolean anyBlock = blocks[0].isEmpty();
    long first = anyBlock ? 0 : values.number("block", blocks[0]);
    long last = anyBlock ? Long.MAX_VALUE : values.number("block", blocks[blocks.length - 1]);
    String op = values.text("op", "");
    String younger = values.text("younger", "");
    double probability = values.fraction("p");
    return new FaultRule(
        spec,
        kind,
        op.isEmpty() ? Set.of() : Set.copyOf(Arrays.asList(op.split("\\+"))),
        values.text("snapshot", ""),
        first,
        last,
        values.text("region", ""),
        values.text("key", ""),
        younger.isEmpty() ? Long.MAX_VALUE : values.number("younger", younger) * 1000,
        probability,
        Math.max(1, values.number("every", values.text("every", "1"))),
        values.number("n", values.text("n", Long.toString(Long.MAX_VALUE))),
        values.number("ms", values.text("ms", "100")),
        (int) values.number("status", values.text("status", "500")),
        values.text("reason", ""),
        (int) values.number("size", values.text("size", "0")));
  }

  /** Whether the rule speaks of such a request. */
  boolean matches(FaultContext context) {
    boolean anyBlock = lastBlock == Long.MAX_VALUE;
    return kind.fits(context)
        && (operations.isEmpty() || operations.contains(context.operation()))
        && (snapshotId.isEmpty() || snapshotId.equals(context.snapshotId()))
        && (anyBlock || context.block() >= firstBlock && context.block() <= lastBlock)
        && (region.isEmpty() || region.equals(context.region()))
        && (accessKey.isEmpty() || accessKey.equals(context.accessKey()))
        && (youngerMillis == Long.MAX_VALUE || context.ageMillis() < youngerMillis);
  }

  /** The keys and values of a spec. */
  private static final class Values {
    private final String spec;
    private final Map<String, String> values = new TreeMap<>();

    Values(String spec, String text) {
      this.spec = spec;
      for (String pair : text.isEmpty() ? new String[0] : text.split(",")) {
        int equals = pair.indexOf('=');
        String name = equals < 0 ? pair : pair.substring(0, equals);
        if (equals < 0 || !KEYS.contains(name)) {
          throw new IllegalArgumentException(
              "'" + pair + "' in the fault '" + spec + "' is not one of " + KEYS + " and a value");
        }
        values.put(name, pair.substring(equals + 1));
      }
    }

    String text(String name, String otherwise) {
      return values.getOrDefault(name, otherwise);
    }

    long number(String name, String text) {
      try {
        long value = Long.parseLong(text);
        if (value >= 0) {
          return value;
        }
      } catch (NumberFormatException e) {
        throw wrong(name, text, "a whole number");
      }
      throw wrong(name, text, "zero or more");
    }

    double fraction(String name) {
      String text = text(name, "1");
      try {
        double value = Double.parseDouble(text);
        if (value >= 0 && value <= 1) {
          return value;
        }
      } catch (NumberFormatException e) {
        throw wrong(name, text, "a number");
      }
      throw wrong(name, text, "0 to 1");
    }

    private IllegalArgumentException wrong(String name, String text, String wanted) {
      return new IllegalArgumentException(
          name + " is '" + text + "' in the fault '" + spec + "', it has to be " + wanted);
    }
  }
}
