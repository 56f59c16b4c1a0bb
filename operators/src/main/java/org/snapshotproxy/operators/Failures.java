package org.snapshotproxy.operators;

/** How the failure of one destination is told and kept. */
final class Failures {
  /** What fits a modified UTF-8 string of 65,535 bytes whatever its characters. */
  private static final int LONGEST = 20_000;

  private Failures() {}

  /** The failure in a sentence of at most 20,000 characters. */
  static String sentence(Throwable error) {
    String said = error.getMessage() == null ? error.toString() : error.getMessage();
    return said.substring(0, Math.min(LONGEST, said.length()));
  }
}
