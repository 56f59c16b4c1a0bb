package org.snapshotproxy.connectors.device;

import org.apache.flink.annotation.PublicEvolving;
import org.snapshotproxy.connectors.base.BlockWriter;
import org.snapshotproxy.connectors.base.Destination;
import org.snapshotproxy.connectors.base.FspException;

/**
 * A file or a block device, prepared by {@link LocalTarget#prepare} or {@link DeltaTarget#prepare}
 * and ready to be written.
 */
@PublicEvolving
public sealed interface LocalDestination extends Destination
    permits FileDestination, DeviceDestination, InPlaceDestination {
  @Override
  BlockWriter openWriter();

  /**
   * Takes back what preparing created, for a run that will not be sealed. Called again, it has no
   * effect. Nothing is done to a sealed target or to one that is written in place.
   *
   * @throws FspException if the partial file cannot be deleted
   */
  void abandon();
}
