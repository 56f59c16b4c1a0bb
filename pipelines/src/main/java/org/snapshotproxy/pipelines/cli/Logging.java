package org.snapshotproxy.pipelines.cli;

/**
 * How much the embedded run logs to standard error. Must be called before the first logger is made;
 * on a cluster, whose logging is another, it has no effect.
 */
final class Logging {
  private static final String PREFIX = "org.slf4j.simpleLogger.";

  private Logging() {}

  static void configure(boolean quiet, int verbosity) {
    // What Flink and the SDK say at lower levels is about them, not about the user's snapshot.
    level("defaultLogLevel", verbosity >= 3 ? "info" : "off");
    level("log.org.snapshotproxy", quiet ? "error" : ours(verbosity));
    System.setProperty(PREFIX + "showDateTime", "true");
    System.setProperty(PREFIX + "dateTimeFormat", "HH:mm:ss.SSS");
    System.setProperty(PREFIX + "showThreadName", "false");
    System.setProperty(PREFIX + "showShortLogName", "true");
  }

  private static String ours(int verbosity) {
    return switch (verbosity) {
      case 0 -> "warn";
      case 1 -> "info";
      case 2 -> "debug";
      default -> "trace";
    };
  }

  private static void level(String name, String level) {
    System.setProperty(PREFIX + name, level);
  }
}
