package org.snapshotproxy.connectors.device;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.snapshotproxy.connectors.base.BlockWriter;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.base.Seal;
import org.snapshotproxy.connectors.base.Sealer;

/**
 * A regular file that a delta is written over, in place. From before the first write until the seal
 * a {@link DeltaMarker} says so, and a run that failed leaves it: the file is then good for nothing
 * but a repetition of the same delta, or a whole snapshot. Made by {@link DeltaTarget#prepare}.
 * Immutable; every task manager that writes, and the one that seals, must see the path.
 *
 * @param target absolute path, links resolved
 * @param identity the file as it was on the client
 * @param volumeBytes length in bytes, to which the file is already extended
 * @param durableCheckpoints whether what a checkpoint has as written is on the disk
 */
public record InPlaceDestination(
    String target, LocalIdentity identity, long volumeBytes, boolean durableCheckpoints)
    implements LocalDestination {
  @Override
  public String name() {
    return target;
  }

  @Override
  public BlockWriter openWriter() {
    return new LocalWriter(Path.of(target), identity, volumeBytes, durableCheckpoints);
  }

  @Override
  public Sealer openSealer() {
    return new InPlaceSealer(Path.of(target), identity, volumeBytes);
  }

  @Override
  public void abandon() {
    // What was overwritten cannot be brought back, and the marker has to stay.
  }

  /** Sends everything to the disk, then takes the marker away. Again, it finds all done. */
  private record InPlaceSealer(Path target, LocalIdentity identity, long volumeBytes)
      implements Sealer {
    @Override
    public void seal(Seal seal) throws IOException {
      long length;
      try (FileChannel file = FileChannel.open(target, StandardOpenOption.WRITE)) {
        identity.require(target);
        file.force(true);
        length = file.size();
      } catch (NoSuchFileException e) {
        throw new FspException("Cannot finish " + target + ": it is gone.", e);
      } catch (IOException e) {
        throw LocalFailures.writing(target, "the last blocks", e);
      }
      if (length != volumeBytes) {
        throw new FspException(
            "Cannot finish "
                + target
                + ": it has "
                + LocalPath.bytes(length)
                + " instead of "
                + LocalPath.bytes(volumeBytes)
                + "; somebody else changed it.");
      }
      DeltaMarker.of(target).remove();
    }

    @Override
    public void close() {
      // Holds nothing open between calls.
    }
  }
}
