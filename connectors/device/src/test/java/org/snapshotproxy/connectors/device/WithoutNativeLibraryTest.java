package org.snapshotproxy.connectors.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snapshotproxy.connectors.base.BlockWriter;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.Seal;
import org.snapshotproxy.connectors.base.Sealer;
import org.snapshotproxy.connectors.base.source.SegmentLister;

/** A JVM of its own in which JNA finds no native library, as on a platform it does not know. */
class WithoutNativeLibraryTest {
  @TempDir Path directory;

  @Test
  void everyBlockIsDataAndZerosAreWritten() throws Exception {
    String output =
        Shell.run(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Djna.nounpack=true",
            "-Djna.nosys=true",
            "-cp",
            System.getProperty("java.class.path"),
            Child.class.getName(),
            directory.toString());

    assertThat(output.lines()).contains("present false", "move f clear 0");
    byte[] expected = new byte[4 * Blocks.SIZE];
    Arrays.fill(expected, Blocks.SIZE, 2 * Blocks.SIZE, (byte) 1);
    assertThat(Files.readAllBytes(directory.resolve("target"))).isEqualTo(expected);
  }

  /** What runs there. */
  static final class Child {
    private Child() {}

    /** Lists a file that is one hole, then writes one. */
    public static void main(String[] args) throws Exception {
      System.out.println("present " + Linux.PRESENT);
      Path directory = Path.of(args[0]);
      list(directory.resolve("source"));
      write(directory.resolve("target"));
    }

    private static void list(Path file) throws IOException, InterruptedException {
      try (RandomAccessFile whole = new RandomAccessFile(file.toFile(), "rw")) {
        whole.setLength(4L * Blocks.SIZE);
      }
      try (SegmentLister lister = new LocalLister(LocalOrigin.inspect(file))) {
        lister
            .list(0, 1)
            .descriptors()
            .forEach(
                each ->
                    System.out.printf(
                        "move %s clear %d%n", Long.toHexString(each.move()), each.clear()));
      }
    }

    private static void write(Path file) throws Exception {
      LocalDestination destination =
          new LocalTarget(file, 4L * Blocks.SIZE, false, true).prepare("run-1").destination();
      try (BlockWriter writer = destination.openWriter()) {
        for (int block : List.of(0, 1, 2, 3)) {
          writer.put(Image.block(block, 1));
        }
        writer.put(Image.block(0, 0));
        writer.clear(2, 2);
        writer.sync();
      }
      try (Sealer sealer = destination.openSealer()) {
        sealer.seal(new Seal(2, 2, 0, new byte[32], ""));
      }
    }
  }
}
