package org.snapshotproxy.connectors.device;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.annotation.PublicEvolving;
import org.snapshotproxy.connectors.base.FspException;

/**
 * What a path named on the client, by which a task manager knows whether it names the same there:
 * on another machine it may be nothing, or somebody else's disk. Immutable.
 *
 * @param host name of the client's machine, for messages
 * @param machine the boot id of that machine's kernel, for a block device; empty for a file, which
 *     several machines may share, and where the kernel tells none
 * @param number the device's number, or the file's inode
 */
@PublicEvolving
public record LocalIdentity(String host, String machine, String number) implements Serializable {
  private static final long serialVersionUID = 1;

  /** Another one after each start, for devices may then have other numbers. */
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");

  /** The identity of a file or a block device of this machine. */
  static LocalIdentity of(Path path) throws IOException {
    return LocalPath.kindOf(path) == LocalPath.Kind.BLOCK_DEVICE
        ? new LocalIdentity(line(HOST_NAME), line(BOOT_ID), "device " + DeviceCheck.number(path))
        : new LocalIdentity(line(HOST_NAME), "", "inode " + Files.getAttribute(path, "unix:ino"));
  }

  /**
   * Refuses a path that names something else here than it did on the client.
   *
   * @throws FspException if it does
   * @throws IOException if it names nothing here
   */
  void require(Path path) throws IOException {
    LocalIdentity here = of(path);
    if (here.number.equals(number) && here.machine.equals(machine)) {
      return;
    }
    throw new FspException(
        here.host.equals(host)
            ? path
                + " is not what it was when the command looked at it: another file or device has"
                + " that name now. Repeat the command."
            : path
                + " on "
                + here.host
                + " is not the one on "
                + host
                + ", where the command looked at it."
                + advice());
  }

  /** What to do where the path is not there, if that is another machine than the client's. */
  String advice() {
    return line(HOST_NAME).equals(host)
        ? ""
        : " A local path must be the same for the command and for all task managers of its job;"
            + " -D fsp.task-managers=NAME chooses those that see it.";
  }

  private static String line(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      return ""; // not Linux: the number alone has to do
    }
  }
}
