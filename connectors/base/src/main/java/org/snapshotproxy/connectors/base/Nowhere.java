package org.snapshotproxy.connectors.base;

/**
 * A destination that takes everything and keeps nothing: for reading an origin to its end, every
 * block checked.
 */
public record Nowhere() implements Destination {
  @Override
  public String name() {
    return "nowhere";
  }

  @Override
  public BlockWriter openWriter() {
    return new Writer();
  }

  @Override
  public Sealer openSealer() {
    return new Unsealed();
  }

  private record Writer() implements BlockWriter {
    @Override
    public void put(Block block) {
      // It was checked where it was read.
    }

    @Override
    public void clear(int firstBlock, int count) {
      // Nothing is kept that could be cleared.
    }

    @Override
    public void sync() {
      // Nothing is kept.
    }

    @Override
    public boolean syncs() {
      return false;
    }

    @Override
    public void close() {
      // Nothing is open.
    }
  }

  private record Unsealed() implements Sealer {
    @Override
    public void seal(Seal seal) {
      // Nothing is kept.
    }

    @Override
    public void close() {
      // Nothing is open.
    }
  }
}
