package org.snapshotproxy.connectors.aws;

import java.util.Optional;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/** What one service's refusals mean beyond what all services' have in common. Thread-safe. */
@FunctionalInterface
public interface ServiceFaults {
  /** Whether another try may settle a refusal although its status says otherwise. */
  boolean passes(AwsServiceException error);

  /**
   * What to do about a refusal that no other try mends, naming the permission or the quota.
   *
   * @param operation the operation that was refused, such as {@code StartSnapshot}; or empty
   * @return the rest of a sentence, without its full stop; empty where this service knows no more
   */
  default Optional<String> remedy(String operation, AwsServiceException error) {
    return Optional.empty();
  }
}
