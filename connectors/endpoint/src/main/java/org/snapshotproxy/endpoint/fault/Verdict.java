package org.snapshotproxy.endpoint.fault;

import java.util.Optional;
import java.util.OptionalInt;
import org.snapshotproxy.endpoint.wire.Reply.Ending;

/**
 * What the rules came to on one request.
 *
 * @param refusal the rule that refuses it
 * @param delayMillis the answer waits
 * @param ending how the answer leaves
 * @param corrupt flip a bit of the body
 * @param wrongChecksum send another checksum
 * @param pageEntries the most entries that a list's page may have
 */
public record Verdict(
    Optional<FaultRule> refusal,
    long delayMillis,
    Ending ending,
    boolean corrupt,
    boolean wrongChecksum,
    OptionalInt pageEntries) {
  /** Nothing goes wrong. */
  public static final Verdict FINE =
      new Verdict(Optional.empty(), 0, Ending.WHOLE, false, false, OptionalInt.empty());
}
