package org.snapshotproxy.connectors.device;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.snapshotproxy.connectors.base.BlockWriter;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.base.Sealer;

/**
 * A regular file that becomes the volume. It is written under another name beside its own, where
 * blocks of zeros are holes, and renamed when whole: at its name there is the old file or the new
 * one, at no time a part of either. Made by {@link LocalTarget#prepare}. Immutable; every task
 * manager that writes, and the one that seals, must see the path.
 *
 * @param target the file's own name, absolute, links resolved
 * @param partial the name until it is sealed, in the same directory
 * @param identity of the partial, by which a sealed target is known again
 * @param volumeBytes length in bytes
 * @param durableCheckpoints whether what a checkpoint has as written is on the disk
 */
public record FileDestination(
    String target,
    String partial,
    LocalIdentity identity,
    long volumeBytes,
    boolean durableCheckpoints)
    implements LocalDestination {
  @Override
  public String name() {
    return target;
  }

  @Override
  public BlockWriter openWriter() {
    return new LocalWriter(Path.of(partial), identity, volumeBytes, durableCheckpoints);
  }

  @Override
  public Sealer openSealer() {
    return new FileSealer(this);
  }

  @Override
  public void abandon() {
    try {
      Files.deleteIfExists(Path.of(partial));
    } catch (IOException e) {
      throw new FspException(
          "Cannot delete the partial file " + partial + ": " + LocalPath.reason(e) + ".", e);
    }
  }
}
