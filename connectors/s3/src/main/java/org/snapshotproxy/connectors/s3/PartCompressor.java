package org.snapshotproxy.connectors.s3;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.ZstdCompressCtx;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.snapshotproxy.connectors.base.Block;
import org.snapshotproxy.connectors.base.Blocks;

/**
 * Compresses the blocks of a part into one zstd frame that declares its length and ends with its
 * checksum. As many at one time as there are threads for it; others wait. Thread-safe.
 */
final class PartCompressor implements AutoCloseable {
  private final int level;
  private final Semaphore threads;
  private final Deque<Engine> idle = new ArrayDeque<>();
  private boolean closed;

  PartCompressor(int level, int threads) {
    this.level = level;
    this.threads = new Semaphore(threads);
  }

  /** Appends the frame to {@code to}. */
  void compress(List<Block> blocks, Chunks to) throws InterruptedException {
    threads.acquire();
    try {
      Engine engine = take();
      try {
        engine.compress(blocks, to);
      } finally {
        giveBack(engine);
      }
    } finally {
      threads.release();
    }
  }

  private synchronized Engine take() {
    Engine engine = idle.poll();
    return engine == null ? new Engine(level) : engine;
  }

  private synchronized void giveBack(Engine engine) {
    if (closed) {
      engine.close();
    } else {
      idle.push(engine);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    idle.forEach(Engine::close);
    idle.clear();
  }

  /** One compression's native memory; used by one thread at a time. */
  private static final class Engine implements AutoCloseable {
    private final ZstdCompressCtx context;
    private final ByteBuffer in = ByteBuffer.allocateDirect(Blocks.SIZE);
    private final ByteBuffer out = ByteBuffer.allocateDirect(Blocks.SIZE);

    Engine(int level) {
      context = new ZstdCompressCtx().setLevel(level).setChecksum(true).setContentSize(true);
    }

    void compress(List<Block> blocks, Chunks to) {
      // Also after a compression that failed half-way.
      context.reset();
      context.setPledgedSrcSize((long) blocks.size() * Blocks.SIZE);
      for (int i = 0; i < blocks.size(); i++) {
        in.clear().put(blocks.get(i).buffer().bytes()).flip();
        drain(to, i == blocks.size() - 1 ? EndDirective.END : EndDirective.CONTINUE);
      }
    }

    private void drain(Chunks to, EndDirective directive) {
      boolean done;
      do {
        out.clear();
        boolean flushed = context.compressDirectByteBufferStream(out, in, directive);
        to.add(out.flip());
        done = directive == EndDirective.END ? flushed : !in.hasRemaining();
      } while (!done);
    }

    @Override
    public void close() {
      context.close();
    }
  }
}
