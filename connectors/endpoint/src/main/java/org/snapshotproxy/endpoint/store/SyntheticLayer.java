package org.snapshotproxy.endpoint.store;

import io.netty.buffer.ByteBuf;
import io.netty.util.ReferenceCounted;
import java.util.Optional;

/** A layer computed from a {@link SyntheticSpec}; it holds no state. */
public final class SyntheticLayer implements Layer {
  private static final long EXISTS = 0x9E3779B97F4A7C15L;
  private static final long DIFFERS = 0xC2B2AE3D27D4EB4FL;
  private static final long ZEROS = 0x165667B19E3779F9L;

  private final SyntheticSpec spec;
  private final int blocks;
  private final Optional<SyntheticLayer> base;

  /**
   * @param blocks the number of blocks of the volume
   * @param base the parent's layer, if the rule is a difference
   */
  public SyntheticLayer(SyntheticSpec spec, int blocks, Optional<SyntheticLayer> base) {
    this.spec = spec;
    this.blocks = blocks;
    this.base = base;
  }

  @Override
  public BlockKind kindOf(int index) {
    if (index < 0 || index >= blocks) {
      return BlockKind.NONE;
    }
    if (base.isEmpty()) {
      return fraction(EXISTS, index / spec.run()) < spec.density()
          ? BlockKind.DATA
          : BlockKind.NONE;
    }
    double at = fraction(DIFFERS, index);
    if (!base.get().has(index)) {
      return at < spec.added() ? BlockKind.DATA : BlockKind.NONE;
    }
    if (at < spec.removed()) {
      return BlockKind.LOST;
    }
    return at < spec.removed() + spec.changed() ? BlockKind.DATA : BlockKind.NONE;
  }

  /** Whether the snapshot has the block, from here or from below. */
  private boolean has(int index) {
    BlockKind own = kindOf(index);
    return own == BlockKind.DATA
        || own == BlockKind.NONE && base.isPresent() && base.get().has(index);
  }

  private boolean zero(int index) {
    return spec.zeros() > 0 && fraction(ZEROS, index) < spec.zeros();
  }

  /** A number in [0, 1) that depends on the seed, the question and the index only. */
  private double fraction(long question, int index) {
    return (mix(spec.seed() * question + index) >>> 11) * 0x1.0p-53;
  }

  static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    return z ^ (z >>> 31);
  }

  @Override
  public Optional<BlockEntry> find(int index) {
    BlockKind kind = kindOf(index);
    return switch (kind) {
      case NONE, DISCARDED -> Optional.empty();
      case LOST -> Optional.of(new BlockEntry(kind, 0, new byte[0]));
      case DATA -> {
        byte[] digest =
            zero(index)
                ? SyntheticContent.zeroDigest()
                : SyntheticContent.digest(spec.seed(), index);
        yield Optional.of(new BlockEntry(kind, 0, digest));
      }
    };
  }

  @Override
  public LayerCursor cursor(int from) {
    return new ComputedCursor(from);
  }

  @Override
  public ReferenceCounted body(BlockEntry entry, int index) {
    return buffer(index);
  }

  private ByteBuf buffer(int index) {
    return zero(index) ? SyntheticContent.zeroBlock() : SyntheticContent.block(spec.seed(), index);
  }

  @Override
  public void close() {}

  private final class ComputedCursor implements LayerCursor {
    private int position;
    private BlockKind kind = BlockKind.NONE;

    ComputedCursor(int from) {
      this.position = from;
    }

    @Override
    public int peek(int limit) {
      int end = Math.min(limit, blocks);
      while (position < end) {
        kind = kindOf(position);
        if (kind != BlockKind.NONE) {
          return position;
        }
        position++;
      }
      return limit;
    }

    @Override
    public BlockKind kind() {
      return kind;
    }

    @Override
    public void seek(int index) {
      position = Math.max(position, index);
    }
  }
}
