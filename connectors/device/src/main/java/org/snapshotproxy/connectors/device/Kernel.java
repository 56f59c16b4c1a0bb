package org.snapshotproxy.connectors.device;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.snapshotproxy.connectors.base.FspException;

/**
 * What Linux tells of its block devices and mounts in files. Elsewhere the files are missing, and
 * then it tells of none.
 *
 * @param devices directory of block devices by {@code major:minor}
 * @param mountinfo what this process sees mounted
 * @param swaps what is swapped to
 */
record Kernel(Path devices, Path mountinfo, Path swaps) {
  /** The running one. */
  static final Kernel RUNNING =
      new Kernel(
          Path.of("/sys/dev/block"), Path.of("/proc/self/mountinfo"), Path.of("/proc/swaps"));

  /**
   * A mount.
   *
   * @param number {@code major:minor} of its device; one of no device for some file systems
   * @param point where it is mounted
   * @param source what is mounted: a device's path, or any word
   */
  record Mount(String number, String point, String source) {}

  /**
   * A device or a partition.
   *
   * @param name for sentences
   * @param number {@code major:minor}
   * @param directory of its files
   */
  record Node(String name, String number, Path directory) {}

  /** The device itself, then its partitions. */
  List<Node> withPartitions(String name, String number) throws IOException {
    Path directory = devices.resolve(number);
    List<Node> nodes = new ArrayList<>();
    nodes.add(new Node(name, number, directory));
    for (Path child : children(directory)) {
      if (Files.exists(child.resolve("partition"))) {
        String own = Files.readString(child.resolve("dev")).strip();
        nodes.add(new Node("/dev/" + child.getFileName(), own, child));
      }
    }
    return nodes;
  }

  /** Whether the device is set read-only. */
  boolean isReadOnly(String number) throws IOException {
    Path file = devices.resolve(number).resolve("ro");
    return Files.exists(file) && Files.readString(file).strip().equals("1");
  }

  /** Devices built on this one: RAID, the device mapper. */
  static List<String> holders(Node node) throws IOException {
    return children(node.directory().resolve("holders")).stream()
        .map(holder -> holder.getFileName().toString())
        .toList();
  }

  private static List<Path> children(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> found = Files.list(directory.toRealPath())) {
      return found.sorted().toList();
    }
  }

  /**
   * All mounts. A line is: id, parent, major:minor, root, point, options, any number of optional
   * fields, a dash, type, source, and more options.
   */
  List<Mount> mounts() {
    List<Mount> mounts = new ArrayList<>();
    for (String line : lines(mountinfo)) {
      String[] fields = line.split(" ");
      int dash = Arrays.asList(fields).indexOf("-");
      if (dash > 4 && fields.length > dash + 2) {
        mounts.add(new Mount(fields[2], unescape(fields[4]), unescape(fields[dash + 2])));
      }
    }
    return mounts;
  }

  /** Paths of devices and files that are swapped to; the first line is a heading. */
  List<String> swapPaths() {
    return lines(swaps).stream().skip(1).map(line -> unescape(line.split("\\s")[0])).toList();
  }

  /** Space, tab, newline and backslash stand as three octal digits behind a backslash. */
  private static String unescape(String field) {
    return field
        .replace("\\040", " ")
        .replace("\\011", "\t")
        .replace("\\012", "\n")
        .replace("\\134", "\\");
  }

  private static List<String> lines(Path file) {
    if (!Files.exists(file)) {
      return List.of();
    }
    try {
      // Names may be in any encoding; a decoder that fails would hide all the others.
      return new String(Files.readAllBytes(file), LocalPath.NAMES).lines().toList();
    } catch (IOException e) {
      throw new FspException("Cannot read " + file + ": " + LocalPath.reason(e) + ".", e);
    }
  }
}
