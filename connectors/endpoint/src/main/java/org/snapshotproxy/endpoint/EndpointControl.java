package org.snapshotproxy.endpoint;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.snapshotproxy.endpoint.service.Counters;
import org.snapshotproxy.endpoint.service.Settings;
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
  private final Settings settings;
  private final Counters counters;
  private final EndpointClock clock;

  EndpointControl(
      EndpointConfig config,
      SnapshotCatalog catalog,
      Starter starter,
      Settings settings,
      Counters counters,
      EndpointClock clock) {
    this.config = config;
    this.catalog = catalog;
    this.starter = starter;
    this.settings = settings;
    this.counters = counters;
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
    settings.setDiscard(region, on);
  }

  /** Turns the service's quotas on or off. */
  public void quotas(boolean on) {
    settings.setQuotas(on);
  }

  /** Changes the time from CompleteSnapshot to {@code completed}. */
  public void completionDelay(Duration delay) {
    settings.setCompletionDelayMillis(delay.toMillis());
  }

  /** Puts the server's clock forward: tokens end, timeouts run out. Signatures are not affected. */
  public void advanceClock(Duration by) {
    clock.advance(by);
  }

  /** What was asked and answered so far. */
  public Counters counters() {
    return counters;
  }
}
