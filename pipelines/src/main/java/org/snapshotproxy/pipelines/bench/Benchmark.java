package org.snapshotproxy.pipelines.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.snapshotproxy.connectors.base.Blocks;

/** Three measurements; each prints a table on standard output. */
final class Benchmark {
  /** The launcher's heap, for every transfer and for the plain loop beside it. */
  static final List<String> LAUNCHER_HEAP = List.of("-Xmx768m", "-XX:+UseParallelGC");

  private final PrintStream out;
  private final int rounds;

  Benchmark(PrintStream out, int rounds) {
    this.out = out;
    this.rounds = rounds;
  }

  /**
   * Copy, upload and download of a fully allocated volume, by the tool and by the plain loop in
   * turn.
   */
  void transfers(int gib) throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("fsp-benchmark-");
    Path image = directory.resolve("image");
    Path target = directory.resolve("target");
    try (Child.Endpoint endpoint = new Child.Endpoint("--discard", "*")) {
      String url = endpoint.url();
      String snapshot = new ControlCalls(url).synthetic(gib, 1.0);
      randomFile(image, gib);
      out.printf(
          Locale.ROOT,
          "%-10s %5s %12s %12s %14s %14s %7s%n",
          "",
          "round",
          "fsp MiB/s",
          "plain MiB/s",
          "fsp cpu s/GiB",
          "plain cpu s/GiB",
          "share");
      compare(
          "copy",
          gib,
          url,
          target,
          List.of("copy", snapshot, "-d", "eu-west-1"),
          List.of("copy", snapshot));
      compare(
          "upload",
          gib,
          url,
          target,
          List.of("upload", image.toString()),
          List.of("upload", image.toString()));
      compare(
          "download",
          gib,
          url,
          target,
          List.of("download", snapshot, target.toString()),
          List.of("download", snapshot, target.toString()));
    } finally {
      delete(directory);
    }
  }

  private void compare(
      String name, int gib, String url, Path target, List<String> tool, List<String> plain)
      throws IOException, InterruptedException {
    double[] shares = new double[rounds];
    for (int round = 0; round < rounds; round++) {
      // Both sides write a new file: the pages of an old one would be a present to the second.
      Files.deleteIfExists(target);
      Usage ours = Child.run(LAUNCHER_HEAP, url, prepend("tool", tool));
      Files.deleteIfExists(target);
      Usage theirs = Child.run(LAUNCHER_HEAP, url, prepend("plain", plain));
      shares[round] = theirs.wallSeconds() / ours.wallSeconds();
      out.printf(
          Locale.ROOT,
          "%-10s %5d %12.0f %12.0f %14.2f %14.2f %7.2f%n",
          name,
          round + 1,
          gib * 1024 / ours.wallSeconds(),
          gib * 1024 / theirs.wallSeconds(),
          ours.cpuSeconds() / gib,
          theirs.cpuSeconds() / gib,
          shares[round]);
    }
    Arrays.sort(shares);
    out.printf(
        Locale.ROOT,
        "%-10s median share of the plain loop's speed, whole processes: %.2f%n",
        name,
        shares[rounds / 2]);
  }

  /** A list of a fully allocated volume in a small heap. */
  void list(int gib, int heapMiB) throws IOException, InterruptedException {
    try (Child.Endpoint endpoint = new Child.Endpoint()) {
      String snapshot = new ControlCalls(endpoint.url()).synthetic(gib, 1.0);
      Usage usage =
          Child.run(
              List.of("-Xmx" + heapMiB + "m", "-XX:+UseParallelGC"),
              endpoint.url(),
              "tool",
              "list",
              snapshot);
      long blocks = Blocks.blocksFor(gib * Blocks.GIB);
      out.printf(
          Locale.ROOT,
          "list of %d GiB, %d blocks, in a heap of %d MiB: %.1f s, %.0f blocks/s, %.1f cpu s, peak %d MiB resident%n",
          gib,
          blocks,
          heapMiB,
          usage.wallSeconds(),
          blocks / usage.wallSeconds(),
          usage.cpuSeconds(),
          usage.peakMiB());
    }
  }

  /** Peak memory of a copy at two sizes, to a destination that drops the data. */
  void memory(int small, int large) throws IOException, InterruptedException {
    try (Child.Endpoint endpoint = new Child.Endpoint("--discard", "*")) {
      List<Long> peaks = new ArrayList<>();
      for (int gib : new int[] {small, large}) {
        String snapshot = new ControlCalls(endpoint.url()).synthetic(gib, 1.0);
        Usage usage =
            Child.run(LAUNCHER_HEAP, endpoint.url(), "tool", "copy", snapshot, "-d", "eu-west-1");
        peaks.add(usage.peakMiB());
        out.printf(
            Locale.ROOT,
            "copy of %d GiB: peak %d MiB resident, %.1f s, %.0f MiB/s, %.2f cpu s/GiB%n",
            gib,
            usage.peakMiB(),
            usage.wallSeconds(),
            gib * 1024 / usage.wallSeconds(),
            usage.cpuSeconds() / gib);
      }
      out.printf(
          Locale.ROOT,
          "peak at %d GiB over peak at %d GiB: %.2f%n",
          large,
          small,
          (double) peaks.get(1) / peaks.get(0));
    }
  }

  private static String[] prepend(String first, List<String> rest) {
    List<String> all = new ArrayList<>();
    all.add(first);
    all.addAll(rest);
    return all.toArray(String[]::new);
  }

  /** Deletes a directory and all that is in it. */
  static void delete(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }

  static void randomFile(Path file, int gib) throws IOException {
    Random random = new Random(1);
    byte[] data = new byte[1 << 20];
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (int i = 0; i < gib * 1024; i++) {
        random.nextBytes(data);
        channel.write(ByteBuffer.wrap(data));
      }
    }
  }
}
