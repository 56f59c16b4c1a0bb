package org.snapshotproxy.endpoint;

import com.sun.management.OperatingSystemMXBean;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.snapshotproxy.endpoint.fault.Faults;
import org.snapshotproxy.endpoint.policy.CallLog;
import org.snapshotproxy.endpoint.policy.Policies;
import org.snapshotproxy.endpoint.service.BlockTallies;
import org.snapshotproxy.endpoint.service.Counters;
import org.snapshotproxy.endpoint.service.Monitor;
import org.snapshotproxy.endpoint.service.Starter;
import org.snapshotproxy.endpoint.store.Snapshot;
import org.snapshotproxy.endpoint.store.SnapshotCatalog;
import org.snapshotproxy.endpoint.store.StoredLayer;
import org.snapshotproxy.endpoint.store.SyntheticSpec;

/** What a test or an operator may do to a running endpoint. Safe for many threads. */
public final class EndpointControl {
  private final EndpointConfig config;
  private final SnapshotCatalog catalog;
  private final Starter starter;
  private final Monitor monitor;
  private final EndpointClock clock;

  EndpointControl(
      EndpointConfig config,
      SnapshotCatalog catalog,
      Starter starter,
      Monitor monitor,
      EndpointClock clock) {
    this.config = config;
    this.catalog = catalog;
    this.starter = starter;
    this.monitor = monitor;
    this.clock = clock;
  }

  /**
   * Makes a completed snapshot whose blocks are computed, owned by the default account.
   *
   * @param volumeSizeGiB 1 to 65,536
   * @return its id
   * @throws IllegalArgumentException if the size is out of range
   */
  public String synthetic(String region, int volumeSizeGiB, SyntheticSpec rule) throws IOException {
    return starter
        .synthetic(config.accountId(), region, volumeSizeGiB, rule, Optional.empty())
        .id();
  }

  /**
   * Makes a synthetic snapshot that differs from another one, with its region, owner and size.
   *
   * @return its id
   * @throws IllegalArgumentException if there is no such parent or it is not synthetic
   */
  public String syntheticChild(String parentId, SyntheticSpec rule) throws IOException {
    Snapshot parent = snapshot(parentId);
    return starter
        .synthetic(
            parent.spec().owner(),
            parent.spec().region(),
            parent.spec().volumeSizeGiB(),
            rule,
            Optional.of(parent))
        .id();
  }

  /**
   * Makes a snapshot lose blocks, as one of a trimmed volume has lost them.
   *
   * @param count of blocks from {@code firstBlock} on
   * @throws IllegalArgumentException if there is no such snapshot or block, or it is synthetic, or
   *     children stand on it
   */
  public void loseBlocks(String snapshotId, int firstBlock, int count) throws IOException {
    Snapshot snapshot = snapshot(snapshotId);
    if (!(snapshot.layer() instanceof StoredLayer layer)) {
      throw new IllegalArgumentException("a synthetic snapshot loses blocks by its rule only");
    }
    if (catalog.hasChildren(snapshot)) {
      throw new IllegalArgumentException(snapshotId + " has children that stand on its blocks");
    }
    if (firstBlock < 0 || count < 1 || count > snapshot.spec().blocks() - firstBlock) {
      throw new IllegalArgumentException(
          "blocks " + firstBlock + " and " + count + " on are not all within the volume");
    }
    for (int i = 0; i < count; i++) {
      layer.lose(firstBlock + i);
    }
    layer.force();
  }

  /**
   * Lets an account read a snapshot.
   *
   * @throws IllegalArgumentException if there is no such snapshot
   */
  public void share(String snapshotId, String accountId) throws IOException {
    snapshot(snapshotId).share(accountId);
  }

  /** The region that calls without one mean. */
  public String defaultRegion() {
    return config.defaultRegion();
  }

  private Snapshot snapshot(String id) {
    return catalog
        .find(id)
        .orElseThrow(() -> new IllegalArgumentException("there is no snapshot '" + id + "'"));
  }

  /** Starts or stops throwing away the blocks put in a region; {@code *} is all regions. */
  public void discard(String region, boolean on) {
    monitor.settings().setDiscard(region, on);
  }

  /** Turns the service's quotas on or off. */
  public void quotas(boolean on) {
    quotas(on, 1);
  }

  /**
   * Turns the service's quotas on or off.
   *
   * @param share of the default request rates that hold, above 0
   */
  public void quotas(boolean on, double share) {
    if (!(share > 0)) {
      throw new IllegalArgumentException("a share is above 0, not " + share);
    }
    monitor.settings().setQuotaShare(share);
    monitor.settings().setQuotas(on);
  }

  /** Changes the time from CompleteSnapshot to {@code completed}. */
  public void completionDelay(Duration delay) {
    monitor.settings().setCompletionDelayMillis(delay.toMillis());
  }

  /** Puts the server's clock forward: tokens end, timeouts run out. Signatures are not affected. */
  public void advanceClock(Duration by) {
    clock.advance(by);
  }

  /** What was asked and answered so far. */
  public Counters counters() {
    return monitor.counters();
  }

  /** Which blocks were read and written; off until {@link BlockTallies#track} turns it on. */
  public BlockTallies tallies() {
    return monitor.tallies();
  }

  /** Who may do what; nobody is held to anything until policies are attached. */
  public Policies policies() {
    return monitor.policies();
  }

  /** Which permissions were asked for; off until {@link CallLog#record} turns it on. */
  public CallLog calls() {
    return monitor.calls();
  }

  /**
   * Adds a fault, see {@link org.snapshotproxy.endpoint.fault.FaultRule} for its spec.
   *
   * @throws IllegalArgumentException if the spec is not one
   */
  public void addFault(String spec) {
    monitor.faults().add(spec);
  }

  /** Takes all faults away. */
  public void clearFaults() {
    monitor.faults().clear();
  }

  /** The faults in force and how often each has happened. */
  public List<Faults.Tally> faults() {
    return monitor.faults().list();
  }

  /**
   * How the server's process fares.
   *
   * @param snapshots that are not deleted
   * @param cpuSeconds of all threads since the process began
   * @param heapBytes in use
   * @param directBytes that Netty's pools have taken
   */
  public record Health(int snapshots, double cpuSeconds, long heapBytes, long directBytes) {}

  /** How the server's process fares, as of now. */
  public Health health() {
    long cpu = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    return new Health(
        catalog.list().size(),
        cpu / 1e9,
        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
        PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory());
  }
}
