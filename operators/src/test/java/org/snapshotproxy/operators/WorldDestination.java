package org.snapshotproxy.operators;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.snapshotproxy.connectors.base.Block;
import org.snapshotproxy.connectors.base.BlockWriter;
import org.snapshotproxy.connectors.base.Destination;
import org.snapshotproxy.connectors.base.Digests;
import org.snapshotproxy.connectors.base.Ledger;
import org.snapshotproxy.connectors.base.Masks;
import org.snapshotproxy.connectors.base.Receipt;
import org.snapshotproxy.connectors.base.Seal;
import org.snapshotproxy.connectors.base.Sealer;

/** Keeps what it is given in its world's store, and fails where the store says so. */
record WorldDestination(int number, String name) implements Destination {
  @Override
  public BlockWriter openWriter() {
    Store store = World.of(number).store(name);
    int opened = store.writersOpened.incrementAndGet();
    try {
      run(store.beforeOpen, opened, 0);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return new Writer(store);
  }

  @Override
  public Optional<Ledger> openLedger() {
    Store store = World.of(number).store(name);
    return Optional.ofNullable(store.ledger).map(step -> new WorldLedger(step, new ArrayList<>()));
  }

  @Override
  public Sealer openSealer() {
    return new WorldSealer(World.of(number).store(name));
  }

  static void run(World.Step step, int block, int time) throws IOException, InterruptedException {
    try {
      step.at(block, time);
    } catch (IOException | InterruptedException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private record Writer(Store store) implements BlockWriter {
    @Override
    public long[] parts(int segment, long mask) {
      return Masks.singles(store.parts.applyAsLong(mask));
    }

    @Override
    public void put(Block block) throws IOException, InterruptedException {
      int time = store.puts.incrementAndGet();
      run(store.beforePut, block.index(), time);
      byte[] digest = Digests.newSha256().digest(block.buffer().bytes());
      if (!Arrays.equals(digest, block.digest())) {
        throw new IllegalStateException("block " + block.index() + " came with a wrong digest");
      }
      store.blocks.put(block.index(), HexFormat.of().formatHex(digest));
      run(store.afterPut, block.index(), time);
    }

    @Override
    public void clear(int firstBlock, int count) {
      for (int block = firstBlock; block < firstBlock + count; block++) {
        store.blocks.put(block, Store.CLEARED);
      }
    }

    @Override
    public void sync() throws IOException {
      try {
        run(store.atSync, store.blocks.size(), 0);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException(e);
      }
    }

    @Override
    public boolean syncs() {
      return store.syncs;
    }

    @Override
    public void close() {
      // Nothing is open.
    }
  }

  /** Its note is the segments it was told of. */
  private record WorldLedger(World.Step step, List<Integer> segments) implements Ledger {
    @Override
    public void add(Receipt receipt) throws IOException, InterruptedException {
      run(step, receipt.segment(), 0);
      segments.add(receipt.segment());
    }

    @Override
    public String finish() {
      return segments.toString();
    }

    @Override
    public void close() {
      // Nothing is open.
    }
  }

  private record WorldSealer(Store store) implements Sealer {
    @Override
    public void seal(Seal seal) throws IOException, InterruptedException {
      int attempt = store.nextSealAttempt();
      run(store.beforeSeal, store.blocks.size(), attempt);
      store.seals.add(seal);
      run(store.afterSeal, store.blocks.size(), attempt);
    }

    @Override
    public void close() {
      // Nothing is open.
    }
  }
}
