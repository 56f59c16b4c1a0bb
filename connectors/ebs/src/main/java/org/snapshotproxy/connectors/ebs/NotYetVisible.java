package org.snapshotproxy.connectors.ebs;

import java.io.IOException;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.snapshotproxy.connectors.base.FspException;

/**
 * Waits out "the snapshot does not exist" of a snapshot just started, for a while counted from its
 * making; a request sent after one has succeeded does not wait any more. Thread-safe.
 */
final class NotYetVisible {
  private static final Logger LOG = LoggerFactory.getLogger(NotYetVisible.class);
  private static final long PAUSE_MILLIS = 500;

  private final LongSupplier clock;
  private final long deadline;
  private volatile boolean seen;

  NotYetVisible(Duration patience) {
    this(patience, System::nanoTime);
  }

  /** With a clock of nanoseconds that never goes back. */
  NotYetVisible(Duration patience, LongSupplier clock) {
    this.clock = clock;
    this.deadline = clock.getAsLong() + patience.toNanos();
  }

  <T> T await(Request<T> request) throws IOException, InterruptedException {
    while (true) {
      // Not asked after the refusal: another request's success may have overtaken it on the way.
      boolean known = seen;
      try {
        T answer = request.send();
        seen = true;
        return answer;
      } catch (FspException e) {
        if (known || !EbsFaults.isMissingSnapshot(e.getCause()) || clock.getAsLong() > deadline) {
          throw e;
        }
        LOG.info("not visible yet: {}", e.getMessage());
        Thread.sleep(PAUSE_MILLIS);
      }
    }
  }

  @FunctionalInterface
  interface Request<T> {
    T send() throws IOException, InterruptedException;
  }
}
