package org.snapshotproxy.connectors.base;

import java.io.IOException;
import java.util.Arrays;

/**
 * A place that is expected to hold already what it is sent: nothing is written; each block is
 * compared by its digest, and each block to clear is looked at. The first difference ends the job.
 *
 * @param name the place in the user's words
 * @param expected what it has to equal, in the user's words
 * @param digests what it holds
 */
public record ComparingDestination(String name, String expected, BlockDigests.Factory digests)
    implements Destination {
  @Override
  public BlockWriter openWriter() {
    return new Comparison(this, digests.open());
  }

  @Override
  public Sealer openSealer() {
    return new Nothing();
  }

  private FspException differs(int block) {
    return new FspException(
        name
            + " does not read as "
            + expected
            + ": block "
            + block
            + " (byte offset "
            + Blocks.offset(block)
            + ") differs; nothing was written.");
  }

  private record Comparison(ComparingDestination place, BlockDigests digests)
      implements BlockWriter {
    @Override
    public void put(Block block) throws IOException, InterruptedException {
      if (!Arrays.equals(block.digest(), digests.digest(block.index()))) {
        throw place.differs(block.index());
      }
    }

    @Override
    public void clear(int firstBlock, int count) throws IOException, InterruptedException {
      int other = digests.firstNonZero(firstBlock, count);
      if (other >= 0) {
        throw place.differs(other);
      }
    }

    @Override
    public void sync() {
      // Nothing was written.
    }

    @Override
    public boolean syncs() {
      return false;
    }

    @Override
    public void close() throws IOException {
      digests.close();
    }
  }

  /** There is nothing to seal. */
  private record Nothing() implements Sealer {
    @Override
    public void seal(Seal seal) {
      // All blocks were compared when they came.
    }

    @Override
    public void close() {
      // Nothing is open.
    }
  }
}
