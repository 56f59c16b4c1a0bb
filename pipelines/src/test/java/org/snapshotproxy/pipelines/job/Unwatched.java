package org.snapshotproxy.pipelines.job;

/** Nobody wants to know how the job goes. */
final class Unwatched implements JobRunner.Watcher {
  @Override
  public void submitted(String job, boolean attached) {
    // Nobody.
  }

  @Override
  public void resuming() {
    // Nobody.
  }

  @Override
  public void tick() {
    // Nobody.
  }

  @Override
  public void ended(JobRunner.Outcome outcome) {
    // Nobody.
  }
}
