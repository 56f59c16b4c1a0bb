package org.snapshotproxy.endpoint.fault;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.snapshotproxy.endpoint.wire.Reply.Ending;

/**
 * The rules in force. What is left to chance depends on the seed, the rule's place and how many
 * requests the rule has matched, so that the same requests in the same order fail in the same way.
 * Safe for many threads.
 */
public final class Faults {
  private static final int SHORT_PAGE_MAX = 10_000;

  private final long seed;
  private final AtomicLong places = new AtomicLong();
  private final CopyOnWriteArrayList<Live> rules = new CopyOnWriteArrayList<>();

  /** No rules yet. */
  public Faults(long seed) {
    this.seed = seed;
  }

  private static final class Live {
    private final FaultRule rule;
    private final long salt;
    private final AtomicLong matched = new AtomicLong();
    private final AtomicLong happened = new AtomicLong();

    Live(FaultRule rule, long salt) {
      this.rule = rule;
      this.salt = salt;
    }

    /** The number of this request among those matched, or {@code -1} if the rule spares it. */
    long strike() {
      long turn = matched.incrementAndGet();
      if (turn % rule.every() != 0
          || chance(salt, turn) >= rule.probability()
          || happened.get() >= rule.times()) {
        return -1;
      }
      return happened.incrementAndGet() <= rule.times() ? turn : -1;
    }
  }

  /**
   * Adds a rule.
   *
   * @throws IllegalArgumentException if the spec is not one
   */
  public void add(String spec) {
    FaultRule rule = FaultRule.parse(spec);
    rules.add(new Live(rule, mix(seed + places.incrementAndGet())));
  }

  /** Takes all rules away. */
  public void clear() {
    rules.clear();
  }

  /** A rule and how often it has struck. */
  public record Tally(String spec, long happened) {}

  /** The rules in force. */
  public List<Tally> list() {
    return rules.stream()
        .map(live -> new Tally(live.rule.spec(), Math.min(live.happened.get(), live.rule.times())))
        .toList();
  }

  /** What is to go wrong with a request. The first rule that refuses it ends the search. */
  public Verdict judge(FaultContext context) {
    if (rules.isEmpty()) {
      return Verdict.FINE;
    }
    Judgement judgement = new Judgement();
    for (Live live : rules) {
      if (live.rule.matches(context)) {
        long turn = live.strike();
        if (turn > 0) {
          judgement.add(live.rule, live.salt, turn);
        }
        if (judgement.refusal.isPresent()) {
          break;
        }
      }
    }
    return judgement.verdict();
  }

  private static double chance(long salt, long turn) {
    return (mix(salt ^ turn * 0x9E3779B97F4A7C15L) >>> 11) * 0x1.0p-53;
  }

  private static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** Collects what the rules say. */
  private static final class Judgement {
    private Optional<FaultRule> refusal = Optional.empty();
    private long delay;
    private Ending ending = Ending.WHOLE;
    private boolean corrupt;
    private boolean wrongChecksum;
    private OptionalInt pageEntries = OptionalInt.empty();

    void add(FaultRule rule, long salt, long turn) {
      switch (rule.kind()) {
        case LATENCY -> delay += rule.latencyMillis();
        case STALL -> ending = Ending.STALLED;
        case RESET -> ending = Ending.RESET;
        case RESET_IN_BODY -> ending = Ending.RESET_IN_BODY;
        case TRUNCATE -> ending = Ending.TRUNCATED;
        case CORRUPT -> corrupt = true;
        case WRONG_CHECKSUM -> wrongChecksum = true;
        case EMPTY_PAGE -> pageEntries = OptionalInt.of(0);
        case SHORT_PAGE -> {
          int random = 1 + (int) (chance(~salt, turn) * SHORT_PAGE_MAX);
          pageEntries = OptionalInt.of(rule.size() > 0 ? rule.size() : random);
        }
        default -> refusal = Optional.of(rule);
      }
    }

    Verdict verdict() {
      return new Verdict(refusal, delay, ending, corrupt, wrongChecksum, pageEntries);
    }
  }
}
