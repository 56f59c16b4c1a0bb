package org.snapshotproxy.pipelines.job;

import java.io.IOException;
import org.apache.flink.util.ExceptionUtils;
import org.apache.flink.util.SerializedThrowable;
import org.snapshotproxy.connectors.base.FspException;

/** Finds the sentence for the user in the pile of causes that a failed job comes with. */
final class JobFailure {
  private JobFailure() {}

  /**
   * The failure in one sentence.
   *
   * @return an {@link FspException} where one is among the causes, else the innermost cause as an
   *     {@link IOException}
   */
  static IOException of(Exception failure) {
    Throwable known = failure;
    while (known != null) {
      if (known instanceof SerializedThrowable serialized) {
        known = serialized.deserializeError(JobFailure.class.getClassLoader());
      }
      if (known instanceof FspException fatal) {
        throw new FspException(fatal.getMessage(), failure);
      }
      Throwable cause = known.getCause();
      if (cause == null || cause == known) {
        break;
      }
      known = cause;
    }
    Throwable innermost = known;
    Throwable told =
        ExceptionUtils.findThrowable(failure, IOException.class)
            .map(Throwable.class::cast)
            .orElse(innermost);
    return new IOException(
        told.getMessage() == null ? told.getClass().getSimpleName() : told.getMessage(), failure);
  }
}
