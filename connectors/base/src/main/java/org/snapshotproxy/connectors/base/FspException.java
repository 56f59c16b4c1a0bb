package org.snapshotproxy.connectors.base;

import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.runtime.throwable.ThrowableAnnotation;
import org.apache.flink.runtime.throwable.ThrowableType;

/**
 * A failure that no retry mends, told in one sentence for the user: what, where, and what to do.
 * Flink does not restart a job for it; every other exception is taken for a passing fault and left
 * to the job's restart strategy.
 */
@PublicEvolving
@ThrowableAnnotation(ThrowableType.NonRecoverableError)
public final class FspException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public FspException(String sentence) {
    super(sentence);
  }

  public FspException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
