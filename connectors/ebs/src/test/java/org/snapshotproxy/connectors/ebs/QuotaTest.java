package org.snapshotproxy.connectors.ebs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.snapshotproxy.connectors.base.BlockReader;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.SegmentDescriptor;
import org.snapshotproxy.connectors.base.source.SegmentLister;
import org.snapshotproxy.endpoint.EndpointConfig;
import org.snapshotproxy.endpoint.store.SyntheticSpec;

/** The service's own limits slow a reader down and never fail it. */
class QuotaTest {
  /** One second's worth is 1,000 reads; these are more. */
  private static final int SEGMENTS = 24;

  @Test
  @Timeout(120)
  void moreReadsThanTheQuotaAllowsAreThrottledAndAllArrive() throws Exception {
    // The server's time stands still: a second's worth is all there is, until it is put forward.
    EndpointConfig.Builder stopped =
        EndpointConfig.builder().clock(Clock.fixed(Instant.now(), ZoneOffset.UTC));
    ExecutorService threads = Executors.newFixedThreadPool(32);
    try (LocalEbs ebs = new LocalEbs(stopped)) {
      String id = ebs.control().synthetic(LocalEbs.REGION, 1, SyntheticSpec.full(7, 1));
      SnapshotView view = ebs.view(id, EbsOrigin.Unlisted.IGNORE);
      ebs.control().tallies().track(true);
      ebs.control().quotas(true);
      try (BlockReader reader = new EbsBlockReader(view)) {
        List<Future<?>> reads = read(reader, descriptors(view), threads);
        while (throttles(ebs) < 32) {
          Thread.onSpinWait();
        }
        assertThat(ebs.control().tallies().of("GetSnapshotBlock", id).distinct()).isEqualTo(1_000);

        ebs.control().advanceClock(Duration.ofSeconds(1));
        for (Future<?> read : reads) {
          read.get(60, TimeUnit.SECONDS);
        }
      }

      assertThat(ebs.control().tallies().of("GetSnapshotBlock", id).distinct())
          .isEqualTo(SEGMENTS * 64L);
    } finally {
      threads.shutdownNow();
    }
  }

  private static long throttles(LocalEbs ebs) {
    return ebs.answered("GetSnapshotBlock", "RequestThrottledException")
        + ebs.answered("GetSnapshotBlock", "ThrottlingException");
  }

  private static List<SegmentDescriptor> descriptors(SnapshotView view) throws Exception {
    try (EbsLister lister = new EbsLister(view)) {
      SegmentLister.Page page = lister.list(0, SEGMENTS);
      assertThat(page.next()).isEqualTo(SEGMENTS);
      return page.descriptors();
    }
  }

  private static List<Future<?>> read(
      BlockReader reader, List<SegmentDescriptor> descriptors, ExecutorService threads) {
    List<Future<?>> reads = new ArrayList<>();
    for (SegmentDescriptor descriptor : descriptors) {
      for (int position = 0; position < descriptor.moveCount(); position++) {
        int each = position;
        reads.add(threads.submit(() -> reader.read(descriptor, each, new byte[Blocks.SIZE])));
      }
    }
    return reads;
  }
}
