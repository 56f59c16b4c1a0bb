package org.snapshotproxy.pipelines.job;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far a job on a cluster is, by its metrics. Never goes back: a restart sets the tasks' counts
 * to zero, what the finalizer acknowledged stays. Used by one thread.
 */
public final class ClusterProgress {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterProgress.class);

  private final ClusterApi api;
  private final String job;
  private long counted;
  private long listed;
  private long moved;

  public ClusterProgress(ClusterAddress cluster, String job) {
    this.api = new ClusterApi(cluster);
    this.job = job;
  }

  /** Looks again; a cluster that does not answer changes nothing. */
  public void refresh() throws InterruptedException {
    try {
      JsonNode state = api.job(job);
      counted = Math.max(counted, (long) api.sum(state, ".fsp.blocksCounted"));
      listed = Math.max(listed, (long) api.sum(state, ".fsp.blocksListed"));
      // What was read is written in a moment, and is counted once whatever the destinations.
      moved = Math.max(moved, (long) api.sum(state, ".fsp.blocksRead"));
      moved = Math.max(moved, (long) api.sum(state, ".fsp.blocksAcknowledged"));
    } catch (IOException | RuntimeException e) {
      LOG.debug("no progress of job {}: {}", job, e.toString());
    }
  }

  /** The job has ended and reported so many blocks; its metrics end before they have them all. */
  public void ended(long blocks) {
    counted = Math.max(counted, blocks);
    moved = Math.max(moved, blocks);
  }

  /** Blocks that a list counted. */
  public long counted() {
    return counted;
  }

  /** Blocks listed since the job's last restart. */
  public long listed() {
    return listed;
  }

  /** Blocks moved: acknowledged, or read since the job's last restart. */
  public long moved() {
    return moved;
  }
}
