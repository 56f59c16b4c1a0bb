package org.snapshotproxy.connectors.device;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.snapshotproxy.connectors.base.FspException;

/** Whether a block device may be overwritten. Nothing is written here. */
final class DeviceCheck {
  private static final Path SYS_DEVICES = Path.of("/sys/dev/block");
  private static final Path SWAPS = Path.of("/proc/swaps");

  private final LocalTarget asked;
  private final Path device;

  DeviceCheck(LocalTarget asked) {
    this.asked = asked;
    this.device = asked.path();
  }

  /**
   * A reason not to write.
   *
   * @param sentence for the user
   * @param overridable whether the user may insist
   */
  private record Use(String sentence, boolean overridable) {}

  /** Refuses with a sentence, or returns warnings. */
  List<String> run() {
    List<String> warnings = new ArrayList<>();
    long bytes = writableSize();
    if (bytes < asked.volumeBytes()) {
      throw new FspException(
          device
              + " is too small: it has "
              + LocalPath.bytes(bytes)
              + ", the volume "
              + LocalPath.bytes(asked.volumeBytes())
              + ".");
    }
    if (bytes > asked.volumeBytes()) {
      warnings.add(
          device
              + " has "
              + LocalPath.bytes(bytes)
              + ", the volume "
              + LocalPath.bytes(asked.volumeBytes())
              + "; what lies behind stays as it is.");
    }
    for (Use use : uses()) {
      if (!use.overridable()) {
        throw new FspException(use.sentence());
      }
      if (!asked.force()) {
        throw new FspException(use.sentence() + " Insist with --force.");
      }
      warnings.add(use.sentence());
    }
    return warnings;
  }

  private long writableSize() {
    try {
      Path readOnly = SYS_DEVICES.resolve(number(device)).resolve("ro");
      if (Files.exists(readOnly) && Files.readString(readOnly).strip().equals("1")) {
        throw new FspException(device + " is read-only.");
      }
      // Opened to write, so that a missing permission shows now; nothing is written.
      try (FileChannel channel =
          FileChannel.open(device, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        return channel.size();
      }
    } catch (IOException e) {
      throw new FspException("Cannot write to " + device + ": " + LocalPath.reason(e) + ".", e);
    }
  }

  /** All uses of the device and its partitions, those that cannot be overridden first. */
  private List<Use> uses() {
    try {
      String number = number(device);
      List<Node> nodes = new ArrayList<>();
      nodes.add(new Node(device.toString(), number, SYS_DEVICES.resolve(number)));
      nodes.addAll(partitions(number));
      List<Use> uses = new ArrayList<>();
      for (Node node : nodes) {
        addUses(node, uses);
      }
      if (uses.isEmpty() && Linux.inUse(device).orElse(false)) {
        uses.add(new Use(device + " is in use by another program.", true));
      }
      uses.sort(Comparator.comparing(Use::overridable));
      return uses;
    } catch (IOException e) {
      throw new FspException("Cannot look at " + device + ": " + LocalPath.reason(e) + ".", e);
    }
  }

  /** A device or one of its partitions: its name, {@code major:minor}, and place in sysfs. */
  private record Node(String name, String number, Path sys) {}

  private static List<Node> partitions(String number) throws IOException {
    Path sys = SYS_DEVICES.resolve(number);
    if (!Files.isDirectory(sys)) {
      return List.of();
    }
    List<Node> nodes = new ArrayList<>();
    try (Stream<Path> children = Files.list(sys.toRealPath())) {
      for (Path child : children.filter(c -> Files.exists(c.resolve("partition"))).toList()) {
        String own = Files.readString(child.resolve("dev")).strip();
        nodes.add(new Node("/dev/" + child.getFileName(), own, child));
      }
    }
    return nodes;
  }

  private void addUses(Node node, List<Use> uses) throws IOException {
    for (Mounts.Mount mount : Mounts.read()) {
      if (mount.number().equals(node.number()) || isSame(mount.source(), node.number())) {
        boolean root = mount.point().equals("/");
        uses.add(new Use(node.name() + " is mounted on " + mount.point() + ".", !root));
      }
    }
    if (Files.exists(SWAPS)) {
      for (String line : Mounts.lines(SWAPS)) {
        if (isSame(Mounts.unescape(line.split("\\s")[0]), node.number())) {
          uses.add(new Use(node.name() + " is swap space of the running system.", false));
        }
      }
    }
    Path holders = node.sys().resolve("holders");
    if (Files.isDirectory(holders)) {
      try (Stream<Path> found = Files.list(holders)) {
        found.forEach(
            holder ->
                uses.add(
                    new Use(node.name() + " is a part of " + holder.getFileName() + ".", true)));
      }
    }
  }

  private static boolean isSame(String path, String number) {
    if (!path.startsWith("/")) {
      return false;
    }
    try {
      Path other = Path.of(path);
      return LocalPath.kindOf(other) == LocalPath.Kind.BLOCK_DEVICE && number(other).equals(number);
    } catch (IOException e) {
      return false; // gone or hidden from us: then it is not what we were given
    }
  }

  /** {@code major:minor}, as glibc packs them into a {@code dev_t}. */
  private static String number(Path device) throws IOException {
    long packed = (Long) Files.getAttribute(device, "unix:rdev");
    long major = (packed >>> 8 & 0xfff) | (packed >>> 32 & ~0xfffL);
    long minor = (packed & 0xff) | (packed >>> 12 & ~0xffL & 0xffffffffL);
    return major + ":" + minor;
  }
}
