package org.snapshotproxy.operators;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobID;
import org.junit.jupiter.api.Test;
import org.snapshotproxy.connectors.base.BlockBuffer;
import org.snapshotproxy.connectors.base.Blocks;

/** What a job leaves in a task manager that goes on with another one. */
class JobResourcesTest {
  @Test
  void memoryIsLetGoAlsoWhereSomebodyStillRefersToThem() {
    JobResources resources =
        JobResources.open(
            new JobID(), new TransferOptions.Settings(128L * Blocks.SIZE, 1, 1, false));
    WeakReference<byte[]> pooled = borrowed(resources);
    System.gc();
    assertThat(pooled.get()).as("kept for the next loan").isNotNull();

    resources.close();

    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (pooled.get() != null && System.nanoTime() < deadline) {
      System.gc();
    }
    assertThat(pooled.get()).isNull();
    Reference.reachabilityFence(resources);
  }

  private static WeakReference<byte[]> borrowed(JobResources resources) {
    List<BlockBuffer> loan = resources.budget().acquire(1).join();
    WeakReference<byte[]> array = new WeakReference<>(loan.get(0).bytes());
    loan.get(0).release();
    return array;
  }
}
