package org.snapshotproxy.connectors.device;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.snapshotproxy.connectors.base.FspException;

/** Whether a block device may be overwritten. Nothing is written here. */
final class DeviceCheck {
  private final LocalTarget asked;
  private final Path device;
  private final Kernel kernel;

  DeviceCheck(LocalTarget asked, Kernel kernel) {
    this.kernel = kernel;
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
      if (kernel.isReadOnly(number(device))) {
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
      List<Use> uses = new ArrayList<>();
      for (Kernel.Node node : kernel.withPartitions(device.toString(), number(device))) {
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

  private void addUses(Kernel.Node node, List<Use> uses) throws IOException {
    for (Kernel.Mount mount : kernel.mounts()) {
      if (mount.number().equals(node.number()) || isSame(mount.source(), node.number())) {
        boolean root = mount.point().equals("/");
        uses.add(new Use(node.name() + " is mounted on " + mount.point() + ".", !root));
      }
    }
    for (String swap : kernel.swapPaths()) {
      if (isSame(swap, node.number())) {
        uses.add(new Use(node.name() + " is swap space of the running system.", false));
      }
    }
    for (String holder : Kernel.holders(node)) {
      uses.add(new Use(node.name() + " is a part of " + holder + ".", true));
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
  static String number(Path device) throws IOException {
    long packed = (Long) Files.getAttribute(device, "unix:rdev");
    long major = (packed >>> 8 & 0xfff) | (packed >>> 32 & ~0xfffL);
    long minor = (packed & 0xff) | (packed >>> 12 & ~0xffL & 0xffffffffL);
    return major + ":" + minor;
  }
}
