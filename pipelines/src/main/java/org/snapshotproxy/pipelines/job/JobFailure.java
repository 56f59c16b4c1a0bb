package org.snapshotproxy.pipelines.job;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.runtime.client.JobCancellationException;
import org.apache.flink.util.SerializedThrowable;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.operators.PartialFailure;

/** Finds what a job had to say in the pile of causes that a failed one comes with. */
final class JobFailure {
  private static final String CAUSED_BY = "Caused by: ";

  private JobFailure() {}

  /**
   * The failure in one sentence.
   *
   * @return the outermost {@link IOException} among the causes, else the innermost cause
   * @throws FspException where one is among the causes
   */
  static IOException of(Exception failure) {
    List<Throwable> causes = causes(failure);
    first(causes, FspException.class)
        .ifPresent(
            fatal -> {
              throw new FspException(fatal.getMessage(), failure);
            });
    Throwable told =
        first(causes, IOException.class)
            .map(Throwable.class::cast)
            .orElse(causes.get(causes.size() - 1));
    return new IOException(
        told.getMessage() == null ? told.getClass().getSimpleName() : sentence(told.getMessage()),
        failure);
  }

  /** The REST API answers with the job manager's stack trace; its last cause says it. */
  private static String sentence(String message) {
    return message
        .lines()
        .filter(line -> line.startsWith(CAUSED_BY))
        .reduce((first, last) -> last)
        .map(line -> "The cluster refused the job: " + line.substring(CAUSED_BY.length()))
        .orElse(message);
  }

  /** The end of a job of which only some destinations failed, if it is that. */
  static Optional<PartialFailure> partial(Exception failure) {
    return first(causes(failure), PartialFailure.class);
  }

  /** Whether it is that the job was cancelled. */
  static boolean isCancellation(Exception failure) {
    return first(causes(failure), JobCancellationException.class).isPresent();
  }

  private static <T> Optional<T> first(List<Throwable> causes, Class<T> type) {
    return causes.stream().filter(type::isInstance).map(type::cast).findFirst();
  }

  /** Outermost first; those that came serialized as what they were. */
  private static List<Throwable> causes(Throwable failure) {
    List<Throwable> causes = new ArrayList<>();
    Throwable next = failure;
    while (next != null && !causes.contains(next)) {
      Throwable known =
          next instanceof SerializedThrowable serialized
              ? serialized.deserializeError(JobFailure.class.getClassLoader())
              : next;
      causes.add(known);
      next = known.getCause();
    }
    return causes;
  }
}
