package org.snapshotproxy.connectors.s3;

import com.github.luben.zstd.Zstd;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.snapshotproxy.connectors.base.Digests;

/** Writes an archive's index, section by section. Used by one thread; lines come in order. */
final class IndexWriter implements AutoCloseable {
  private static final int LEVEL = 3;

  private final ArchiveDestination destination;
  private final S3Store store;
  private final List<IndexSection> sections = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();
  private int section = -1;
  private int lines;
  private long blocks;

  IndexWriter(ArchiveDestination destination) {
    this.destination = destination;
    this.store = S3Store.open(destination.access());
  }

  void add(IndexLine line) throws IOException, InterruptedException {
    int next = line.segment() / IndexSection.SEGMENTS;
    if (next != section) {
      flush();
      section = next;
    }
    text.append(line).append('\n');
    lines++;
    blocks += Long.bitCount(line.take());
  }

  /** Ends the index. */
  List<IndexSection> finish() throws IOException, InterruptedException {
    flush();
    return List.copyOf(sections);
  }

  private void flush() throws IOException, InterruptedException {
    if (lines == 0) {
      return;
    }
    byte[] bytes = Zstd.compress(text.toString().getBytes(StandardCharsets.US_ASCII), LEVEL);
    String sha256 = HexFormat.of().formatHex(Digests.sha256(bytes));
    int segment = section * IndexSection.SEGMENTS;
    String key = IndexSection.key(destination.archive(), segment, sha256);
    Chunks chunks = new Chunks();
    chunks.add(ByteBuffer.wrap(bytes));
    store.put(
        destination.place(),
        key,
        Puts.index(destination.options(), chunks),
        chunks.body(Puts.ZSTD));
    sections.add(new IndexSection(segment, key, sha256, bytes.length, lines, blocks));
    text.setLength(0);
    lines = 0;
    blocks = 0;
  }

  @Override
  public void close() {
    store.close();
  }
}
