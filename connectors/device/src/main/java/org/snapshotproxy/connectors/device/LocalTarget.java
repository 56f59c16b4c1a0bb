package org.snapshotproxy.connectors.device;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.annotation.PublicEvolving;
import org.snapshotproxy.connectors.base.FspException;

/**
 * Where the user wants a volume to go: a file, new or old, or a block device, whichever the path
 * is. Used on the client, before the job; for one thread.
 *
 * @param path the user's path, symbolic links followed
 * @param volumeBytes bytes of the volume, at least 1
 * @param force write to a device although somebody uses it. It overrides "in use", never "too
 *     small", "read-only", swap, or the device of the running system's root
 * @param durableCheckpoints whether what a checkpoint has as written is on the disk. Needed where a
 *     job outlives the crash of a machine, and where several machines write one file over a
 *     network, for the seal's fsync reaches only its own machine's cache; an embedded run does
 *     without
 */
@PublicEvolving
public record LocalTarget(Path path, long volumeBytes, boolean force, boolean durableCheckpoints) {
  public LocalTarget {
    if (volumeBytes < 1 || volumeBytes > LocalPath.MAX_BYTES) {
      throw new IllegalArgumentException(
          "A volume has 1 byte to 64 TiB, not " + volumeBytes + " bytes");
    }
  }

  /**
   * A target that is now being written.
   *
   * @param destination for the job
   * @param warnings sentences for the user; nothing that stops the run
   */
  public record Prepared(LocalDestination destination, List<String> warnings) {
    public Prepared {
      warnings = List.copyOf(warnings);
    }
  }

  /**
   * Whether the target is, or will be, a block device.
   *
   * @throws FspException if the path is neither a place for a file nor a block device
   */
  public boolean isDevice() {
    LocalPath.Kind kind = LocalPath.kindOf(path);
    return switch (kind) {
      case BLOCK_DEVICE -> true;
      case MISSING, REGULAR -> false;
      default ->
          throw new FspException(
              path
                  + " is "
                  + kind.words()
                  + "; the target must be a file, new or old, or a block device.");
    };
  }

  /**
   * What the target takes up. Two targets that have one of these in common would overwrite each
   * other: two names of one file, a device and its partition.
   *
   * @throws FspException if the path is no place for a volume, or cannot be looked at
   */
  public Set<String> places() {
    try {
      if (isDevice()) {
        return Kernel.RUNNING.withPartitions(path.toString(), DeviceCheck.number(path)).stream()
            .map(node -> "device " + node.number())
            .collect(Collectors.toSet());
      }
      Path file = FilePreparation.resolve(path);
      // Not the directory's path: it may be mounted at two.
      Object directory =
          Files.readAttributes(file.getParent(), BasicFileAttributes.class).fileKey();
      return Set.of(directory + " " + file.getFileName());
    } catch (IOException e) {
      throw new FspException("Cannot look at " + path + ": " + LocalPath.reason(e) + ".", e);
    }
  }

  /**
   * Checks all that can be checked, and writes nothing.
   *
   * @return sentences for the user; nothing that stops a run
   * @throws FspException if the target cannot take the volume
   */
  public List<String> check() {
    return isDevice()
        ? new DeviceCheck(this, Kernel.RUNNING).run()
        : new FilePreparation(this).check(null);
  }

  /**
   * Checks, then creates what the job writes to. Preparing a run again finds what it created.
   *
   * @param runId the run's identity, letters, digits, dots, dashes and underscores; the same for
   *     the same content only
   * @throws FspException if the target cannot take the volume
   */
  public Prepared prepare(String runId) {
    if (!runId.matches("[A-Za-z0-9._-]{1,64}")) {
      throw new IllegalArgumentException(
          "A run id has 1 to 64 letters, digits, dots, dashes and underscores: " + runId);
    }
    if (!isDevice()) {
      return new FilePreparation(this).prepare(runId);
    }
    List<String> warnings = new DeviceCheck(this, Kernel.RUNNING).run();
    Path device = path.toAbsolutePath();
    try {
      return new Prepared(
          new DeviceDestination(
              device.toString(), LocalIdentity.of(device), volumeBytes, durableCheckpoints),
          warnings);
    } catch (IOException e) {
      throw new FspException("Cannot look at " + path + ": " + LocalPath.reason(e) + ".", e);
    }
  }
}
