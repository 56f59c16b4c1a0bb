package org.snapshotproxy.operators;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MetricOptions;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.snapshotproxy.connectors.base.Blocks;
import org.snapshotproxy.connectors.base.SegmentDescriptor;

/** What the operators tell a metrics reporter is what the world saw. */
class MetricsTest {
  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(2)
              .setConfiguration(reporting())
              .build());

  private final World world = new World();
  private final String list = "Source: list " + world.number;
  private final String fetch = "fetch " + world.origin().name();

  private static Configuration reporting() {
    Configuration config = new Configuration();
    MetricOptions.forReporter(config, "collecting")
        .set(MetricOptions.REPORTER_FACTORY_CLASS, CollectingReporter.class.getName());
    return config;
  }

  @BeforeEach
  void clear() {
    CollectingReporter.clear();
  }

  @Test
  void aTransferCountsWhatItListsReadsVerifiesLeavesOutAndClears() throws Exception {
    world.listing(0, 20, 0b1111);
    world.listed.add(new SegmentDescriptor(30, 0b1, 0b110, List.of()));
    world.zero = block -> block % 64 == 1;
    world.damaged = (block, time) -> block == 64 && time == 1;

    new Transfer(world, "d")
        .with(new TransferOptions.Settings(128 * Blocks.SIZE, 8, 8, true))
        .run();

    assertThat(sum(list, "fsp.segmentsListed")).isEqualTo(21);
    assertThat(sum(list, "fsp.blocksListed")).isEqualTo(81);
    assertThat(sum(list, "fsp.blocksToClear")).isEqualTo(2);
    assertThat(sum(fetch, "fsp.blocksRead")).isEqualTo(81);
    assertThat(sum(fetch, "fsp.bytesRead")).isEqualTo(81L * Blocks.SIZE);
    assertThat(sum(fetch, "fsp.blocksVerified")).isEqualTo(81);
    assertThat(sum(fetch, "fsp.digestMismatches")).isEqualTo(1);
    assertThat(sum(fetch, "fsp.zeroBlocks")).isEqualTo(20);
    assertThat(sum(fetch, "fsp.blocksSkipped")).isEqualTo(20);
    assertThat(sum(fetch, "fsp.bytesInFlight")).isZero();
  }

  @Test
  void eachDestinationIsCountedByItself() throws Exception {
    world.listing(0, 10, 0b11);
    world.listed.add(new SegmentDescriptor(30, 0, 0b110, List.of()));
    AtomicBoolean failed = new AtomicBoolean();
    world.store("b").beforePut =
        (block, time) -> {
          if (failed.compareAndSet(false, true)) {
            throw new IOException("a fault that passes");
          }
        };
    Transfer transfer = new Transfer(world, "a", "b");

    transfer.run();

    String write = "write a, b: Writer";
    for (String each : List.of("a", "b")) {
      Map<String, String> labels = Map.of("<destination>", each);
      assertThat(CollectingReporter.sum(write, "fsp.blocksWritten", labels)).isEqualTo(20);
      assertThat(CollectingReporter.sum(write, "fsp.bytesWritten", labels))
          .isEqualTo(20L * Blocks.SIZE);
      assertThat(CollectingReporter.sum(write, "fsp.blocksCleared", labels)).isEqualTo(2);
      assertThat(CollectingReporter.sum(write, "fsp.givenUp", labels)).isZero();
      assertThat(CollectingReporter.sum(write, "fsp.writesRetried", labels))
          .isEqualTo(each.equals("b") ? 1 : 0);
    }
    assertThat(sum(write, "numRecordsSend")).isEqualTo(11);
    assertThat(sum("write a, b: finalizer", "fsp.blocksAcknowledged")).isEqualTo(22);
    assertThat(sum("write a, b: Committer", "fsp.destinationsSealed")).isEqualTo(2);
  }

  @Test
  void whatTheFinalizerAcknowledgedIsNotForgottenByARestart() throws Exception {
    world.listing(0, 40, 0b1);
    // The second half is listed once the receipts of some of the first are in a checkpoint.
    world.beforeList =
        (place, time) -> {
          if (place == 20 && time == 1) {
            world.awaitCheckpoint();
            throw new IOException("a failure on purpose");
          }
        };

    new Transfer(world, "d").run();

    assertThat(CollectingReporter.last("write d: finalizer", "fsp.blocksAcknowledged"))
        .isEqualTo(40);
  }

  @Test
  void aComparisonCountsWhatDiffers() throws Exception {
    World other = new World();
    world.listing(0, 10, 0b11);
    other.listing(0, 10, 0b11);
    other.zero = block -> block == 64;
    StreamExecutionEnvironment env = Transfer.environment();

    CompareFunction.compare(
        CompareTest.digests(env, world, "a", CompareTest.SETTINGS),
        CompareTest.digests(env, other, "b", CompareTest.SETTINGS));
    env.execute("compare");

    assertThat(sum("compare", "fsp.blocksCompared")).isEqualTo(20);
    assertThat(sum("compare", "fsp.blocksDiffering")).isEqualTo(1);
    assertThat(sum("differences", "fsp.segmentsDiffering")).isEqualTo(1);
    assertThat(sum("digests", "fsp.blocksDigested")).isEqualTo(40);
  }

  private static long sum(String operator, String name) {
    return CollectingReporter.sum(operator, name, Map.of());
  }
}
