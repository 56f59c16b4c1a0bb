package org.snapshotproxy.connectors.aws;

import java.io.Serializable;
import org.apache.flink.annotation.PublicEvolving;
import org.snapshotproxy.connectors.base.FspException;

/**
 * Requests for blocks that one job sends to one side in a second, all its subtasks together.
 *
 * @param perSecond above 0
 * @param among subtasks that share it, at least 1; each process is allowed what its own ones bring
 */
@PublicEvolving
public record RequestLimit(double perSecond, int among) implements Serializable {
  /**
   * GetSnapshotBlock and PutSnapshotBlock of one snapshot, and by default of one account and region
   * (quotas L-028ACFB9, L-C125AE42, L-1774F84A, L-AFAE1BE8).
   */
  public static final double DEFAULT_PER_SECOND = 1_000;

  /** For whoever is not part of a job. */
  public static final RequestLimit DEFAULT = new RequestLimit(DEFAULT_PER_SECOND, 1);

  public RequestLimit {
    if (!(perSecond > 0)) {
      throw new FspException(
          "A limit of " + perSecond + " requests per second lets none through; give one above 0.");
    }
    if (among < 1) {
      throw new IllegalArgumentException("a limit among " + among + " subtasks");
    }
  }

  /** What so many of the subtasks may send together. */
  public double of(int subtasks) {
    return perSecond * Math.min(subtasks, among) / among;
  }
}
