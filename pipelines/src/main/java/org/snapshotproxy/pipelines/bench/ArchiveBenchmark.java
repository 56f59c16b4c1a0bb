package org.snapshotproxy.pipelines.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.endpoint.S3Server;

/**
 * An image into an archive and back, next to the plain cost of digesting and compressing the same
 * bytes. The S3 server runs on the same processors, so its share of the time is told with it.
 */
final class ArchiveBenchmark {
  private static final String LEVEL = "3";

  private final PrintStream out;
  private final int rounds;

  ArchiveBenchmark(PrintStream out, int rounds) {
    this.out = out;
    this.rounds = rounds;
  }

  void run(int gib) throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("fsp-benchmark-");
    Path frames = Files.createDirectory(directory.resolve("frames"));
    Path image = realisticFile(directory.resolve("image"), gib);
    Path jar =
        Path.of(System.getProperty("fsp.home", "."), "connectors/s3/target/s3-server")
            .resolve("s3mock-exec.jar");
    try (S3Server server = S3Server.start(jar)) {
      put(server.url() + "/benchmark");
      print("", "round", "MiB/s", "cpu s/GiB", "server cpu s/GiB");
      for (int round = 1; round <= rounds; round++) {
        round(new Round(round, gib, server), image, frames, directory.resolve("back"));
      }
      out.printf(
          Locale.ROOT,
          "compressed to %.2f of the image%n",
          size(frames) / (double) (gib * Blocks.GIB));
    } finally {
      Benchmark.delete(directory);
    }
  }

  private record Round(int number, int gib, S3Server server) {}

  private void round(Round round, Path image, Path frames, Path back)
      throws IOException, InterruptedException {
    String from = image.toString();
    String to = back.toString();
    String name = "round-" + round.number();
    measure(
        round,
        List.of("tool", "movetos3", from, "benchmark", "--name", name, "--zstd-level", LEVEL));
    measure(round, List.of("tool", "getfroms3", name, "benchmark", to));
    if (Files.mismatch(image, back) != -1) {
      throw new IOException("The restored image is not the image.");
    }
    Files.delete(back);
    measure(round, List.of("compress", from, frames.toString(), LEVEL));
    measure(round, List.of("decompress", frames.toString(), to));
    Files.delete(back);
  }

  private void measure(Round round, List<String> arguments)
      throws IOException, InterruptedException {
    double before = cpu(round.server());
    Usage usage =
        Child.run(Benchmark.LAUNCHER_HEAP, round.server().url(), arguments.toArray(String[]::new));
    boolean tool = arguments.get(0).equals("tool");
    print(
        tool ? arguments.get(1) : "plain " + arguments.get(0),
        String.valueOf(round.number()),
        String.format(Locale.ROOT, "%.0f", round.gib() * 1024 / usage.wallSeconds()),
        String.format(Locale.ROOT, "%.2f", usage.cpuSeconds() / round.gib()),
        String.format(Locale.ROOT, "%.2f", (cpu(round.server()) - before) / round.gib()));
  }

  private void print(Object... columns) {
    out.printf(Locale.ROOT, "%-18s %5s %10s %12s %18s%n", columns);
  }

  private static double cpu(S3Server server) {
    return server
        .process()
        .info()
        .totalCpuDuration()
        .map(each -> each.toMillis() / 1e3)
        .orElse(0.0);
  }

  private static long size(Path directory) throws IOException {
    long size = 0;
    try (var files = Files.list(directory)) {
      for (Path file : files.toList()) {
        size += Files.size(file);
      }
    }
    return size;
  }

  private static void put(String url) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(url))
                    .PUT(HttpRequest.BodyPublishers.noBody())
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException("The S3 server made no bucket: " + answer.body());
    }
  }

  /** This JDK's largest file over and over, moved by a few bytes each time: programs and text. */
  private static Path realisticFile(Path file, int gib) throws IOException {
    byte[] modules = Files.readAllBytes(Path.of(System.getProperty("java.home"), "lib/modules"));
    List<Integer> starts = new ArrayList<>();
    new Random(1).ints(4096, 0, modules.length / 2).forEach(starts::add);
    long left = gib * Blocks.GIB;
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (int i = 0; left > 0; i++) {
        int start = starts.get(i % starts.size());
        int length = (int) Math.min(left, modules.length - start);
        channel.write(ByteBuffer.wrap(modules, start, length));
        left -= length;
      }
    }
    return file;
  }
}
