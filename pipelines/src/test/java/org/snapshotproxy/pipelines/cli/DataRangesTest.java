package org.snapshotproxy.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snapshotproxy.pipelines.cli.DiskImage.Extent;

/** What the other tests compare disks with finds every difference. */
class DataRangesTest {
  private static final int MIB = 1 << 20;

  @TempDir Path directory;

  private Path file(String name, long size, Extent... extents) throws IOException {
    return new DiskImage(size, List.of(extents)).create(directory.resolve(name));
  }

  private Path three(String name) throws IOException {
    return file(
        name,
        DiskImage.GIB,
        new Extent(0, 1, 1),
        new Extent(100L * MIB, 3 * MIB, 2),
        new Extent(DiskImage.GIB - 5, 5, 3));
  }

  private void assertDiffersAt(long place, Path one, Path other) {
    assertThatThrownBy(() -> Shell.assertSameBytes(one, other))
        .isInstanceOf(AssertionError.class)
        .hasMessageEndingWith("differ at byte " + place);
    assertThatThrownBy(() -> Shell.assertSameBytes(other, one))
        .isInstanceOf(AssertionError.class)
        .hasMessageEndingWith("differ at byte " + place);
  }

  @Test
  void writtenZerosAreAHole() throws IOException {
    Path zeros = file("zeros", 8L * MIB, new Extent(MIB, 2 * MIB, 0));
    Path hole = file("hole", 8L * MIB);

    assertThat(DataRanges.of(zeros).ranges()).isNotEqualTo(DataRanges.of(hole).ranges());
    assertThatCode(() -> Shell.assertSameBytes(zeros, hole)).doesNotThrowAnyException();
  }

  @Test
  void filesOfTheSameBytesAreTheSame() throws IOException {
    Path one = three("one");
    Path other = three("other");

    assertThatCode(() -> Shell.assertSameBytes(one, other)).doesNotThrowAnyException();
  }

  @Test
  void anyByteThatDiffersIsFound() throws IOException {
    for (long place : new long[] {0, 1, 50L * MIB, 103L * MIB - 1, DiskImage.GIB - 1}) {
      Path one = three("one");
      Path other = three("other");
      try (RandomAccessFile changed = new RandomAccessFile(other.toFile(), "rw")) {
        changed.seek(place);
        int was = changed.read();
        changed.seek(place);
        changed.write(was ^ 0x40);
      }
      assertDiffersAt(place, one, other);
    }
  }

  @Test
  void anotherLengthIsADifference() throws IOException {
    Path one = file("one", MIB);
    Path other = file("other", MIB + 1);

    assertThatThrownBy(() -> Shell.assertSameBytes(one, other))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("has 1048576 bytes")
        .hasMessageContaining("1048577");
  }
}
