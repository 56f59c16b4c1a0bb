package org.snapshotproxy.pipelines.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.apache.flink.runtime.util.EnvironmentInformation;

/**
 * The state of a copy as a release wrote it, in an archive among the tests' resources: {@code
 * state}, a savepoint or checkpoint of Flink, and {@code endpoint}, the data directory of the
 * endpoint with its two snapshots. Each line of Flink has its own.
 */
record ReleasedState(Path state, Path endpoint) {
  /** In their order: each restores what was written on it and on those before it. */
  private static final List<String> LINES = List.of("1.20", "2.3");

  static final String RUN_ID = "released";
  static final String REGION = "us-east-1";
  static final String DESTINATION_REGION = "eu-west-1";

  /** Ranges of a volume of 40 GiB, each read by one subtask at a time. */
  private static final int RANGES = 9;

  static final int VOLUME_GIB = 40;
  private static final int BLOCKS_OF_A_RANGE = 156 * 64;

  /** Of this one the bytes had not come yet when the savepoint was taken. */
  static final int IN_FLIGHT = 130;

  /** Blocks that were put by then, at least and at most: some ranges were not begun, some half. */
  static final long FEWEST_PUT = 12;

  static final long MOST_PUT = 60;

  /** The blocks of the origin: in each range ten, every one in a segment of its own. */
  static Map<Integer, byte[]> blocks() {
    Map<Integer, byte[]> blocks = new TreeMap<>();
    for (int range = 0; range < RANGES; range++) {
      for (int i = 0; i < 10; i++) {
        int block = Math.min(range * BLOCKS_OF_A_RANGE + i * 65, VOLUME_GIB * 2048 - 1);
        blocks.put(block, Witness.block(1 + (range * 10 + i)));
      }
    }
    return blocks;
  }

  /** The words of the copy. */
  static List<String> command(String origin) {
    return List.of("--run-id", RUN_ID, "-o", REGION, "copy", origin, "-d", DESTINATION_REGION);
  }

  /** The lines of Flink whose state can be restored on that of this test. */
  static List<String> lines() {
    return LINES.subList(0, LINES.indexOf(line()) + 1);
  }

  /** Unpacks one; all its files are new then, so nothing at the endpoint is too old. */
  static ReleasedState unpack(String release, String line, String name, Path directory)
      throws IOException {
    InputStream resource = ReleasedState.class.getResourceAsStream(file(release, line, name));
    try (ZipInputStream zip = new ZipInputStream(resource)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path file = directory.resolve(entry.getName());
        Files.createDirectories(file.getParent());
        Files.copy(zip, file);
      }
    }
    return new ReleasedState(directory.resolve("state"), directory.resolve("endpoint"));
  }

  /**
   * Packs this one into a directory.
   *
   * <p>Without the secret of the endpoint: a new one makes every block token of the state invalid,
   * as a week does.
   */
  void pack(Path resources, String release, String name) throws IOException {
    Path archive = resources.resolve(file(release, line(), name).substring(1));
    Files.createDirectories(archive.getParent());
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
      pack(zip, "state", state);
      pack(zip, "endpoint", endpoint);
    }
  }

  private static void pack(ZipOutputStream zip, String name, Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        String path = directory.relativize(file).toString();
        if (!path.equals("secret") && !path.equals("lock")) {
          zip.putNextEntry(new ZipEntry(name + "/" + path));
          Files.copy(file, (OutputStream) zip);
        }
      }
    }
  }

  private static String file(String release, String line, String name) {
    return "/released-state/%s-flink-%s/%s.zip".formatted(release, line, name);
  }

  private static String line() {
    return EnvironmentInformation.getVersion().replaceFirst("\\.\\d+(-.*)?$", "");
  }
}
