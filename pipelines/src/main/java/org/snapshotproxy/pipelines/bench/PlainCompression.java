package org.snapshotproxy.pipelines.bench;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.Digests;

/**
 * What an archive costs at the least: the same bytes digested by block and compressed by segment,
 * and back, by as many threads as there are processors, with files instead of a service.
 */
final class PlainCompression {
  private static final int SEGMENT = (int) Blocks.SEGMENT_SIZE;

  private PlainCompression() {}

  @FunctionalInterface
  private interface Step {
    void at(int segment) throws IOException;
  }

  /** One file a segment in {@code directory}. */
  static void compress(Path image, Path directory, int level) throws Exception {
    try (FileChannel channel = FileChannel.open(image)) {
      each(
          Blocks.segmentsFor(channel.size()),
          segment -> {
            byte[] raw = new byte[SEGMENT];
            ByteBuffer buffer = ByteBuffer.wrap(raw);
            while (buffer.hasRemaining()
                && channel.read(buffer, (long) segment * SEGMENT + buffer.position()) >= 0) {
              // reads on
            }
            digest(raw);
            try (ZstdCompressCtx context = new ZstdCompressCtx()) {
              context.setLevel(level).setChecksum(true);
              byte[] frame = new byte[(int) Zstd.compressBound(SEGMENT)];
              int length = context.compressByteArray(frame, 0, frame.length, raw, 0, SEGMENT);
              try (FileChannel out = created(directory.resolve(segment + ".zst"))) {
                out.write(ByteBuffer.wrap(frame, 0, length));
              }
            }
          });
    }
  }

  /** The way back, into one file. */
  static void decompress(Path directory, Path image) throws Exception {
    int segments;
    try (var files = Files.list(directory)) {
      segments = (int) files.count();
    }
    try (FileChannel out = created(image)) {
      each(
          segments,
          segment -> {
            byte[] frame = Files.readAllBytes(directory.resolve(segment + ".zst"));
            byte[] raw = new byte[SEGMENT];
            try (ZstdDecompressCtx context = new ZstdDecompressCtx()) {
              context.decompressByteArray(raw, 0, SEGMENT, frame, 0, frame.length);
            }
            digest(raw);
            out.write(ByteBuffer.wrap(raw), (long) segment * SEGMENT);
          });
      out.force(true);
    }
  }

  private static void digest(byte[] raw) {
    byte[] block = new byte[Blocks.SIZE];
    for (int at = 0; at < SEGMENT; at += Blocks.SIZE) {
      System.arraycopy(raw, at, block, 0, Blocks.SIZE);
      Digests.sha256(block);
    }
  }

  private static FileChannel created(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  private static void each(int segments, Step step) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < segments; i++) {
      int segment = i;
      all.add(
          pool.submit(
              () -> {
                step.at(segment);
                return null;
              }));
    }
    for (Future<?> each : all) {
      each.get();
    }
    pool.shutdown();
  }
}
