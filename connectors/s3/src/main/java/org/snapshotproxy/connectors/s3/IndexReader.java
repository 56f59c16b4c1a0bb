package org.snapshotproxy.connectors.s3;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.Digests;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.base.RequestMetrics;

/** Reads the sections of an archive's index, each checked whole before a line of it is used. */
final class IndexReader implements AutoCloseable {
  private final Archive archive;
  private S3Store store;

  IndexReader(Archive archive) {
    this.archive = archive;
    this.store = S3Store.open(archive.access());
  }

  /** Names where its requests are counted from now on. */
  void measure(RequestMetrics requests) {
    store = store.countedIn(requests);
  }

  /**
   * The lines of a section, in ascending order of segments.
   *
   * @throws FspException if the section is missing, damaged or says what cannot be
   */
  List<IndexLine> read(IndexSection section) throws IOException, InterruptedException {
    String uri = archive.place().uri(section.key());
    try {
      byte[] bytes =
          store
              .get(archive.place(), section.key(), (body, response) -> whole(section, body))
              .orElseThrow(
                  () ->
                      new FspException(
                          uri
                              + " is missing; the archive cannot be read without this part of its index."));
      return Frames.read(
          new OneFrame(new ByteArrayInputStream(bytes), -1), content -> parse(section, content));
    } catch (DamagedObject e) {
      throw new FspException(
          uri + " " + e.getMessage() + "; the archive's index is damaged there.", e);
    }
  }

  private static byte[] whole(IndexSection section, InputStream body) throws IOException {
    byte[] bytes = body.readNBytes((int) section.bytes() + 1);
    if (bytes.length != section.bytes()) {
      throw new DamagedObject("does not have the length that the manifest says");
    }
    if (!HexFormat.of().formatHex(Digests.sha256(bytes)).equals(section.sha256())) {
      throw new DamagedObject("does not have the SHA-256 that the manifest says");
    }
    return bytes;
  }

  private List<IndexLine> parse(IndexSection section, InputStream content) throws IOException {
    List<IndexLine> lines = new ArrayList<>();
    long blocks = 0;
    BufferedReader reader =
        new BufferedReader(new InputStreamReader(content, StandardCharsets.US_ASCII));
    for (int i = 0; i < section.lines(); i++) {
      IndexLine line = line(reader);
      check(section, lines, line);
      blocks += Long.bitCount(line.take());
      lines.add(line);
    }
    if (reader.read() >= 0 || blocks != section.blocks()) {
      throw new DamagedObject("does not have the lines and blocks that the manifest says");
    }
    return lines;
  }

  /** Not {@link BufferedReader#readLine}: a line from outside may have no end. */
  private static IndexLine line(BufferedReader reader) throws IOException {
    StringBuilder text = new StringBuilder();
    int c = reader.read();
    while (c >= 0 && c != '\n' && text.length() < IndexLine.LONGEST) {
      text.append((char) c);
      c = reader.read();
    }
    Optional<IndexLine> line = c == '\n' ? IndexLine.parse(text.toString()) : Optional.empty();
    return line.orElseThrow(() -> new DamagedObject("has a line that is none of an index"));
  }

  private void check(IndexSection section, List<IndexLine> before, IndexLine line)
      throws DamagedObject {
    int segment = line.segment();
    if (segment < section.segment() || segment >= section.segment() + IndexSection.SEGMENTS) {
      throw new DamagedObject("names segment " + segment + ", which is not in its range");
    }
    if ((line.take() & ~Blocks.maskWithin(segment, archive.manifest().bytes())) != 0) {
      throw new DamagedObject("names blocks of segment " + segment + " beyond the volume's end");
    }
    for (int i = before.size() - 1; i >= 0 && before.get(i).segment() >= segment; i--) {
      IndexLine earlier = before.get(i);
      if (earlier.segment() > segment || (earlier.take() & line.take()) != 0) {
        throw new DamagedObject(
            "names segment " + segment + " out of order or a block of it twice");
      }
    }
  }

  @Override
  public void close() {
    store.close();
  }
}
