package org.snapshotproxy.pipelines.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snapshotproxy.connectors.base.BlockReader;
import org.snapshotproxy.connectors.base.Origin;
import org.snapshotproxy.connectors.base.PartReader;
import org.snapshotproxy.connectors.base.SegmentDescriptor;
import org.snapshotproxy.connectors.base.source.RangeSource;
import org.snapshotproxy.connectors.base.source.SegmentLister;
import org.snapshotproxy.operators.BlockRange;
import org.snapshotproxy.operators.Totals;
import org.snapshotproxy.operators.TransferOptions;

/** A comparison that fails once what waits for the other side is in checkpoints, on disk. */
class CompareJobTest {
  private static final int SEGMENTS = 60;

  /** B lists no further before the checkpoints, so everything of A behind it waits in state. */
  private static final int GATE = 20;

  private static final AtomicInteger FAILURES = new AtomicInteger();
  private static final AtomicInteger FIRST_LISTED = new AtomicInteger();
  private static Path checkpoints;

  @TempDir Path directory;

  @Test
  void whatWaitsForTheOtherSideSurvivesAFailure() throws Exception {
    checkpoints = directory;
    Configuration config = new Configuration();
    config.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, directory.toUri().toString());
    config.set(CoreOptions.DEFAULT_PARALLELISM, 1);

    JobRunner.Outcome outcome =
        new JobRunner(config, new Unwatched())
            .run(
                "compare",
                env ->
                    CompareJob.compare(
                        env, new Place('a'), new Place('b'), TransferOptions.from(config)));

    assertThat(FAILURES).hasValue(1);
    assertThat(FIRST_LISTED).hasValue(1);
    assertThat(outcome.reported(Totals.COMPARED, Long.class)).isEqualTo(SEGMENTS);
    assertThat(outcome.reported(Totals.DIFFERING, Long.class)).isEqualTo(2);
    assertThat(outcome.reported(Totals.FIRST_RANGES, Object.class))
        .isEqualTo(List.of(new BlockRange(3 * 64, 1), new BlockRange(50 * 64, 1)));
  }

  /** One block a segment; B's differ in segments 3 and 50. */
  private record Place(char side) implements Origin {
    @Override
    public String name() {
      return "place " + side;
    }

    @Override
    public Source<SegmentDescriptor, ?, ?> source() {
      char of = side;
      return new RangeSource(() -> new Lister(of), SEGMENTS, 1);
    }

    @Override
    public PartReader openReader() {
      return new Reader(side);
    }
  }

  private record Lister(char side) implements SegmentLister {
    @Override
    public Page list(int from, int to) throws IOException, InterruptedException {
      if (side == 'b' && from == 0) {
        FIRST_LISTED.incrementAndGet();
      }
      if (side == 'b' && from == GATE) {
        awaitCheckpoints();
      }
      return new Page(List.of(new SegmentDescriptor(from, 1, 0, List.of())), from + 1);
    }

    @Override
    public void close() {
      // Nothing is open.
    }
  }

  private record Reader(char side) implements BlockReader {
    @Override
    public byte[] read(SegmentDescriptor descriptor, int position, byte[] into) throws IOException {
      int segment = descriptor.segment();
      if (side == 'b' && segment == GATE + 5 && FAILURES.compareAndSet(0, 1)) {
        throw new IOException("a failure on purpose");
      }
      boolean differs = side == 'b' && (segment == 3 || segment == 50);
      into[0] = (byte) (differs ? 255 : segment + 1);
      Arrays.fill(into, 1, into.length, (byte) 0);
      return null;
    }

    @Override
    public void close() {
      // Nothing is open.
    }
  }

  /** Waits until a checkpoint that began after this call is complete. */
  private static void awaitCheckpoints() throws IOException, InterruptedException {
    int enough = newestCheckpoint() + 2;
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    while (newestCheckpoint() < enough) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("no checkpoint was completed");
      }
      Thread.sleep(20);
    }
  }

  private static int newestCheckpoint() throws IOException {
    try (Stream<Path> jobs = Files.list(checkpoints)) {
      int newest = 0;
      for (Path job : jobs.toList()) {
        for (String name : names(job)) {
          if (name.startsWith("chk-") && Files.exists(job.resolve(name).resolve("_metadata"))) {
            newest = Math.max(newest, Integer.parseInt(name.substring(4)));
          }
        }
      }
      return newest;
    }
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
