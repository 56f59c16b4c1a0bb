package org.snapshotproxy.connectors.device;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.snapshotproxy.connectors.base.FspException;

/** What this process sees mounted, from Linux's {@code mountinfo}; nothing elsewhere. */
final class Mounts {
  private static final Path MOUNTINFO = Path.of("/proc/self/mountinfo");

  private Mounts() {}

  /**
   * A mount.
   *
   * @param number {@code major:minor} of its device; one of no device for some file systems
   * @param point where it is mounted
   * @param source what is mounted: a device's path, or any word
   */
  record Mount(String number, String point, String source) {}

  static List<Mount> read() {
    return Files.exists(MOUNTINFO) ? parse(lines(MOUNTINFO)) : List.of();
  }

  /** Format: id, parent, major:minor, root, point, options, optional…, "-", type, source, … */
  static List<Mount> parse(List<String> lines) {
    List<Mount> mounts = new ArrayList<>();
    for (String line : lines) {
      String[] fields = line.split(" ");
      int dash = List.of(fields).indexOf("-");
      if (dash > 4 && fields.length > dash + 2) {
        mounts.add(new Mount(fields[2], unescape(fields[4]), unescape(fields[dash + 2])));
      }
    }
    return mounts;
  }

  /** Space, tab, newline and backslash stand as three octal digits behind a backslash. */
  static String unescape(String field) {
    return field
        .replace("\\040", " ")
        .replace("\\011", "\t")
        .replace("\\012", "\n")
        .replace("\\134", "\\");
  }

  /** The lines of a file of the kernel's, whose names may be in any encoding. */
  static List<String> lines(Path file) {
    try {
      return new String(Files.readAllBytes(file), LocalPath.NAMES).lines().toList();
    } catch (IOException e) {
      throw new FspException("Cannot read " + file + ": " + LocalPath.reason(e) + ".", e);
    }
  }
}
