package org.snapshotproxy.connectors.base;

import java.io.IOException;
import java.util.List;
import org.apache.flink.annotation.PublicEvolving;

/** A writer to a destination that takes each block for itself. */
@PublicEvolving
public interface BlockWriter extends PartWriter {
  /** Writes one block, blocking until the destination acknowledged it with the right digest. */
  void put(Block block) throws IOException, InterruptedException;

  @Override
  default long[] parts(int segment, long mask) {
    return Masks.singles(mask);
  }

  @Override
  default void put(List<Block> part) throws IOException, InterruptedException {
    put(part.get(0));
  }
}
