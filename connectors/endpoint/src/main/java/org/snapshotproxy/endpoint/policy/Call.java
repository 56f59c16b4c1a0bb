package org.snapshotproxy.endpoint.policy;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * One permission that a request needs. A request may need several.
 *
 * @param principal the access key, or the name of the role whose session it is; empty if the
 *     request was not signed
 * @param region where it is asked for
 * @param action as policies spell it, {@code service:Action}
 * @param resources ARNs, each of which has to be allowed; {@code *} where the service has none
 * @param context condition keys and their values
 */
public record Call(
    String principal,
    String region,
    String action,
    List<String> resources,
    Map<String, String> context) {
  public Call {
    Objects.requireNonNull(principal, "principal");
    Objects.requireNonNull(region, "region");
    Objects.requireNonNull(action, "action");
    resources = List.copyOf(resources);
    context = Map.copyOf(context);
  }
}
