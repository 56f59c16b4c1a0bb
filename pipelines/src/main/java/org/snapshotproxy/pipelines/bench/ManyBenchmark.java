package org.snapshotproxy.pipelines.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One origin to one destination, and to four, in the same run: what the others cost. */
final class ManyBenchmark {
  private static final int MANY = 4;
  private static final List<String> REGIONS =
      List.of("eu-west-1", "us-west-2", "ap-south-1", "sa-east-1");

  private final PrintStream out;

  ManyBenchmark(PrintStream out) {
    this.out = out;
  }

  void run(int gib) throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("fsp-benchmark-");
    try (Child.Endpoint endpoint = new Child.Endpoint("--discard", "*")) {
      String snapshot = new ControlCalls(endpoint.url()).synthetic(gib, 1.0);
      multiclone(directory, endpoint.url(), snapshot, gib);
      Path image = directory.resolve("image");
      Benchmark.randomFile(image, gib);
      fanout(directory, endpoint.url(), image, gib);
    } finally {
      Benchmark.delete(directory);
    }
  }

  private void multiclone(Path directory, String url, String snapshot, int gib)
      throws IOException, InterruptedException {
    Usage[] usages = new Usage[2];
    for (int i = 0; i < 2; i++) {
      List<String> targets = new ArrayList<>();
      for (int target = 0; target < (i == 0 ? 1 : MANY); target++) {
        targets.add(directory.resolve("target-" + target).toString());
      }
      Path list = Files.write(directory.resolve("targets"), targets);
      long before = reads(url);
      usages[i] = tool(url, "multiclone", snapshot, list.toString());
      print("multiclone", targets.size(), gib, usages[i]);
      out.printf(Locale.ROOT, "  GetSnapshotBlock requests answered: %d%n", reads(url) - before);
      for (String target : targets) {
        Files.delete(Path.of(target));
      }
    }
    ratio("multiclone", usages);
  }

  private void fanout(Path directory, String url, Path image, int gib)
      throws IOException, InterruptedException {
    Usage[] usages = new Usage[2];
    for (int i = 0; i < 2; i++) {
      List<String> regions = REGIONS.subList(0, i == 0 ? 1 : MANY);
      Path list = Files.write(directory.resolve("regions"), regions);
      usages[i] = tool(url, "fanout", image.toString(), list.toString());
      print("fanout", regions.size(), gib, usages[i]);
      out.printf(Locale.ROOT, "  read by the process: %d MiB%n", usages[i].readMiB());
    }
    ratio("fanout", usages);
  }

  private static Usage tool(String url, String... arguments)
      throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of("tool"));
    all.addAll(List.of(arguments));
    return Child.run(Benchmark.LAUNCHER_HEAP, url, all.toArray(String[]::new));
  }

  private void print(String name, int targets, int gib, Usage usage) {
    out.printf(
        Locale.ROOT,
        "%-10s of %d GiB to %d: %.1f s, %.0f MiB/s read, %.0f MiB/s written, %.2f cpu s/GiB written, peak %d MiB%n",
        name,
        gib,
        targets,
        usage.wallSeconds(),
        gib * 1024 / usage.wallSeconds(),
        targets * gib * 1024 / usage.wallSeconds(),
        usage.cpuSeconds() / gib / targets,
        usage.peakMiB());
  }

  private void ratio(String name, Usage[] usages) {
    out.printf(
        Locale.ROOT,
        "%-10s to %d over to 1: time %.2f, cpu %.2f%n",
        name,
        MANY,
        usages[1].wallSeconds() / usages[0].wallSeconds(),
        usages[1].cpuSeconds() / usages[0].cpuSeconds());
  }

  private static long reads(String url) throws IOException, InterruptedException {
    return new ControlCalls(url).counter("GetSnapshotBlock", "ok");
  }
}
