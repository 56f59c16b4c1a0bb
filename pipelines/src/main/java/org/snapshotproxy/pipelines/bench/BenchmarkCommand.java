package org.snapshotproxy.pipelines.bench;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fsp benchmark}. */
@Command(
    name = "benchmark",
    description =
        "Measures this build on this machine, against a local endpoint in another process.",
    footer = {"", "Examples:", "  fsp benchmark transfers", "  fsp benchmark list --gib 65536"})
public final class BenchmarkCommand implements Callable<Integer> {
  /** What can be measured. */
  enum Subject {
    /** Copy, upload and download beside a plain SDK loop. */
    TRANSFERS,
    /** A list in a small heap. */
    LIST,
    /** Peak memory of a copy at two sizes. */
    MEMORY,
    /** An archive in S3 and back, beside plain zstd and SHA-256. */
    ARCHIVES,
    /** Multiclone and fanout to four destinations beside one. */
    MANY,
    /** What a copy gets of an enforced quota. */
    RATE
  }

  @Parameters(
      paramLabel = "SUBJECT",
      description = "One of: transfers, list, memory, archives, many, rate.")
  private Subject subject;

  @Option(
      names = "--gib",
      paramLabel = "N",
      description =
          "Size of the volume. Default: 4 for transfers, 65536 for list, 64 for memory (beside 4), 2 for archives and many.")
  private Integer gib;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "3",
      description = "Rounds of each comparison. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--heap",
      paramLabel = "MIB",
      defaultValue = "512",
      description = "Heap of the list. Default: ${DEFAULT-VALUE}.")
  private int heap;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "15",
      description =
          "Length of each of the rate's three windows, 1 to 20. Default: ${DEFAULT-VALUE}.")
  private int seconds;

  @Override
  public Integer call() throws Exception {
    Benchmark benchmark = new Benchmark(System.out, rounds);
    switch (subject) {
      case TRANSFERS -> benchmark.transfers(gib == null ? 4 : gib);
      case LIST -> benchmark.list(gib == null ? 65_536 : gib, heap);
      case MEMORY -> benchmark.memory(4, gib == null ? 64 : gib);
      case ARCHIVES -> new ArchiveBenchmark(System.out, rounds).run(gib == null ? 2 : gib);
      case MANY -> new ManyBenchmark(System.out).run(gib == null ? 2 : gib);
      case RATE -> new RateBenchmark(System.out, seconds).run();
    }
    return 0;
  }
}
