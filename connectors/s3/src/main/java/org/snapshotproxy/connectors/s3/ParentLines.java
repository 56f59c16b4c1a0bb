package org.snapshotproxy.connectors.s3;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/** Goes once through a parent's index, a section in memory at a time. Used by one thread. */
final class ParentLines implements AutoCloseable {
  private final IndexReader reader;
  private final Deque<IndexSection> sections = new ArrayDeque<>();
  private final Deque<IndexLine> lines = new ArrayDeque<>();

  /**
   * @param parent the parent, or null for no lines at all
   */
  ParentLines(Archive parent) {
    this.reader = parent == null ? null : new IndexReader(parent);
    if (parent != null) {
      sections.addAll(parent.manifest().sections());
    }
  }

  /** Takes the next line of a segment below the given one; null if there is none. */
  IndexLine next(int segment) throws IOException, InterruptedException {
    while (lines.isEmpty() && !sections.isEmpty() && sections.peek().segment() < segment) {
      lines.addAll(reader.read(sections.poll()));
    }
    return lines.isEmpty() || lines.peek().segment() >= segment ? null : lines.poll();
  }

  @Override
  public void close() {
    if (reader != null) {
      reader.close();
    }
  }
}
