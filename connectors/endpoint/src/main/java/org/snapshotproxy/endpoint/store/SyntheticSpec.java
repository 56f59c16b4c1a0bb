package org.snapshotproxy.endpoint.store;

/**
 * The rule that a synthetic snapshot is computed from. The same rule gives the same blocks for
 * ever.
 *
 * <p>Without a parent {@code density} and {@code run} say which blocks exist. With one, which has
 * to be synthetic too, the snapshot has the parent's blocks except for what {@code changed}, {@code
 * added} and {@code removed} say, each block on its own.
 *
 * @param seed any number; another seed gives other blocks and other contents
 * @param density fraction of the volume's runs that exist, 0 to 1
 * @param run blocks that exist or not together, aligned; at least 1
 * @param zeros fraction of this snapshot's own blocks that hold zeros only, 0 to 1
 * @param changed fraction of the parent's blocks with other contents, 0 to 1
 * @param added fraction of the indexes that the parent lacks which exist here, 0 to 1
 * @param removed fraction of the parent's blocks that no longer exist, 0 to 1
 */
public record SyntheticSpec(
    long seed,
    double density,
    int run,
    double zeros,
    double changed,
    double added,
    double removed) {

  /**
   * @throws IllegalArgumentException if a fraction is outside 0 to 1 or {@code run} below 1
   */
  public SyntheticSpec {
    requireFraction("density", density);
    requireFraction("zeros", zeros);
    requireFraction("changed", changed);
    requireFraction("added", added);
    requireFraction("removed", removed);
    if (run < 1) {
      throw new IllegalArgumentException("run is " + run + ", it has to be 1 or more");
    }
    if (changed + removed > 1) {
      throw new IllegalArgumentException("changed and removed together are more than 1");
    }
  }

  private static void requireFraction(String name, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(name + " is " + value + ", it has to be 0 to 1");
    }
  }

  /** A snapshot without a parent. */
  public static SyntheticSpec full(long seed, double density) {
    return new SyntheticSpec(seed, density, 1, 0, 0, 0, 0);
  }

  /** A snapshot that differs from its parent by the given fractions. */
  public static SyntheticSpec delta(long seed, double changed, double added, double removed) {
    return new SyntheticSpec(seed, 0, 1, 0, changed, added, removed);
  }

  /** The same rule with the given fraction of its own blocks all zero. */
  public SyntheticSpec withZeros(double fraction) {
    return new SyntheticSpec(seed, density, run, fraction, changed, added, removed);
  }

  /** The same rule with blocks that exist in aligned runs of the given length. */
  public SyntheticSpec withRun(int blocks) {
    return new SyntheticSpec(seed, density, blocks, zeros, changed, added, removed);
  }
}
