package org.snapshotproxy.endpoint.store;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A snapshot's blocks seen through its stack of layers. Safe for many threads. */
public final class BlockView {
  private final List<Layer> layers;

  /** The blocks of a snapshot. */
  public BlockView(Snapshot snapshot) {
    this(snapshot.layers());
  }

  BlockView(List<Layer> layers) {
    this.layers = layers;
  }

  /** A block and the layer that holds it. */
  public record Located(Layer layer, BlockEntry entry) {}

  /** The block of an index, or nothing if the snapshot does not have it. */
  public Optional<Located> find(int index) throws IOException {
    for (Layer layer : layers) {
      Optional<BlockEntry> entry = layer.find(index);
      if (entry.isPresent()) {
        return entry.get().kind().listed()
            ? Optional.of(new Located(layer, entry.get()))
            : Optional.empty();
      }
    }
    return Optional.empty();
  }

  /** The layer that holds the index's data, or nothing if the snapshot does not have it. */
  private Optional<Layer> holder(int index) throws IOException {
    for (Layer layer : layers) {
      BlockKind kind = layer.kindOf(index);
      if (kind != BlockKind.NONE) {
        return kind.listed() ? Optional.of(layer) : Optional.empty();
      }
    }
    return Optional.empty();
  }

  /** A walk over the indexes that the snapshot has. */
  public Walk walk(int from) {
    return new Walk(layers, from);
  }

  /** A walk over the indexes whose block is not the same one in both snapshots. */
  public static Changes changes(BlockView first, BlockView second, int from) {
    return new Changes(first, second, from);
  }

  /** A forward walk over the indexes a stack of layers has. For one thread. */
  public static final class Walk {
    private final LayerCursor[] cursors;
    private BlockKind kind = BlockKind.NONE;

    private Walk(List<Layer> layers, int from) {
      cursors = layers.stream().map(layer -> layer.cursor(from)).toArray(LayerCursor[]::new);
    }

    /** The next index the snapshot has, or {@code limit} if there is none before it. */
    public int next(int limit) throws IOException {
      int at;
      do {
        at = nextEntry(limit);
      } while (at < limit && !kind.listed());
      return at;
    }

    /** The next index any layer has an entry of, lost blocks included. */
    private int nextEntry(int limit) throws IOException {
      int lowest = limit;
      for (LayerCursor cursor : cursors) {
        int at = cursor.peek(limit);
        if (at < lowest) {
          lowest = at;
          kind = cursor.kind();
        }
      }
      int resume = lowest == limit ? limit : lowest + 1;
      for (LayerCursor cursor : cursors) {
        cursor.seek(resume);
      }
      return lowest;
    }
  }

  /**
   * A forward walk over the differences of two snapshots. Only layers that not both stand on are
   * read. For one thread.
   */
  public static final class Changes {
    private final BlockView first;
    private final BlockView second;
    private final Walk firstOwn;
    private final Walk secondOwn;
    private int firstAt = -1;
    private int secondAt = -1;
    private boolean inFirst;
    private boolean inSecond;

    private Changes(BlockView first, BlockView second, int from) {
      this.first = first;
      this.second = second;
      int common = 0;
      int a = first.layers.size();
      int b = second.layers.size();
      while (common < a
          && common < b
          && first.layers.get(a - 1 - common) == second.layers.get(b - 1 - common)) {
        common++;
      }
      this.firstOwn = new Walk(first.layers.subList(0, a - common), from);
      this.secondOwn = new Walk(second.layers.subList(0, b - common), from);
    }

    /**
     * The next index that differs, or {@code limit} if there is none before it. The limit is the
     * same at every call.
     */
    public int next(int limit) throws IOException {
      while (true) {
        firstAt = firstAt < 0 ? firstOwn.nextEntry(limit) : firstAt;
        secondAt = secondAt < 0 ? secondOwn.nextEntry(limit) : secondAt;
        int at = Math.min(firstAt, secondAt);
        firstAt = firstAt == at ? -1 : firstAt;
        secondAt = secondAt == at ? -1 : secondAt;
        if (at >= limit || differs(at)) {
          return at;
        }
      }
    }

    private boolean differs(int index) throws IOException {
      Optional<Layer> one = first.holder(index);
      Optional<Layer> two = second.holder(index);
      inFirst = one.isPresent();
      inSecond = two.isPresent();
      return inFirst != inSecond || inFirst && one.get() != two.get();
    }

    /** Whether the first snapshot has the block found last. */
    public boolean inFirst() {
      return inFirst;
    }

    /** Whether the second snapshot has the block found last. */
    public boolean inSecond() {
      return inSecond;
    }
  }
}
