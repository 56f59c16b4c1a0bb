package org.snapshotproxy.pipelines.job;

import java.io.IOException;
import java.util.Optional;

/**
 * The end of a job that somebody else stopped or cancelled. Nothing is sealed, and nothing is lost
 * either: the run can be gone on with, so what it began is to stay.
 */
public final class JobStopped extends IOException {
  private static final long serialVersionUID = 1L;

  private final String state;

  /**
   * @param how what became of the job: stopped, cancelled
   * @param state where its savepoint or last checkpoint is, if that is known
   */
  JobStopped(String job, String how, Optional<String> state) {
    super("Job " + job + " was " + how + " before its end, and nothing is sealed");
    this.state = state.orElse(null);
  }

  /** The savepoint or checkpoint to go on from, if it is known. */
  public Optional<String> state() {
    return Optional.ofNullable(state);
  }
}
