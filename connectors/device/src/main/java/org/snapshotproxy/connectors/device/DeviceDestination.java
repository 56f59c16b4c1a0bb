package org.snapshotproxy.connectors.device;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.snapshotproxy.connectors.base.BlockWriter;
import org.snapshotproxy.connectors.base.Seal;
import org.snapshotproxy.connectors.base.Sealer;

/**
 * A block device whose first bytes become the volume; what lies behind stays. It is written in
 * place: until it is sealed it is not whole, and a run that failed leaves it so. Made by {@link
 * LocalTarget#prepare}, which refuses a device that is too small or in use. Immutable; every task
 * manager that writes must see the device.
 *
 * <p>Unlisted blocks keep what the device held, so the origin must say which blocks to clear.
 *
 * @param device absolute path
 * @param identity the device as it was on the client
 * @param volumeBytes bytes of the volume, at most the device's
 * @param durableCheckpoints whether what a checkpoint has as written is on the disk
 */
public record DeviceDestination(
    String device, LocalIdentity identity, long volumeBytes, boolean durableCheckpoints)
    implements LocalDestination {
  @Override
  public String name() {
    return device;
  }

  @Override
  public BlockWriter openWriter() {
    return new LocalWriter(Path.of(device), identity, volumeBytes, durableCheckpoints);
  }

  @Override
  public Sealer openSealer() {
    return new DeviceSealer(Path.of(device), identity);
  }

  @Override
  public void abandon() {
    // Nothing was created, and what was overwritten cannot be brought back.
  }

  /** Sends everything to the disk. */
  private record DeviceSealer(Path device, LocalIdentity identity) implements Sealer {
    @Override
    public void seal(Seal seal) throws IOException {
      identity.require(device);
      try (FileChannel channel = FileChannel.open(device, StandardOpenOption.WRITE)) {
        channel.force(true);
      } catch (ClosedByInterruptException e) {
        throw e;
      } catch (IOException e) {
        throw LocalFailures.lost(device, e);
      }
    }

    @Override
    public void close() {
      // Holds nothing open between calls.
    }
  }
}
