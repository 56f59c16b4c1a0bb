package org.snapshotproxy.pipelines.bench;

/**
 * What a process used.
 *
 * @param wallSeconds from the JVM's start to the end of the command
 * @param cpuSeconds of all its threads, user and system
 * @param peakMiB most resident memory, heap and everything else; -1 where the platform does not
 *     tell
 * @param readMiB read from files and sockets; -1 where the platform does not tell
 */
record Usage(double wallSeconds, double cpuSeconds, long peakMiB, long readMiB) {
  private static final String MARK = "measured ";

  /** One line for {@link #parse}. */
  String line() {
    return MARK + wallSeconds + " " + cpuSeconds + " " + peakMiB + " " + readMiB;
  }

  static boolean isLine(String line) {
    return line.startsWith(MARK);
  }

  static Usage parse(String line) {
    String[] parts = line.substring(MARK.length()).split(" ");
    return new Usage(
        Double.parseDouble(parts[0]),
        Double.parseDouble(parts[1]),
        Long.parseLong(parts[2]),
        Long.parseLong(parts[3]));
  }
}
