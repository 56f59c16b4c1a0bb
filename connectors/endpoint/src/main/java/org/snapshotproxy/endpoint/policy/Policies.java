package org.snapshotproxy.endpoint.policy;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** The policies of each principal. One that none was ever given may do everything. Thread-safe. */
public final class Policies {
  private final Map<String, List<Policy>> attached = new ConcurrentHashMap<>();

  /** Gives a principal these policies, instead of those it had; none means that it may nothing. */
  public void attach(String principal, List<Policy> policies) {
    attached.put(principal, List.copyOf(policies));
  }

  /** Lets everybody do everything again. */
  public void clear() {
    attached.clear();
  }

  /**
   * The resource that a call may not be made on.
   *
   * @return the first one, or nothing if the call is allowed
   */
  public Optional<String> denies(Call call) {
    List<Policy> policies = attached.get(call.principal());
    if (policies == null) {
      return Optional.empty();
    }
    Map<String, String> context = new TreeMap<>();
    call.context().forEach((key, value) -> context.put(key.toLowerCase(Locale.ROOT), value));
    context.put("aws:requestedregion", call.region());
    return call.resources().stream()
        .filter(resource -> !allowed(policies, call.action(), resource, context))
        .findFirst();
  }

  private static boolean allowed(
      List<Policy> policies, String action, String resource, Map<String, String> context) {
    return policies.stream().anyMatch(p -> p.says(true, action, resource, context))
        && policies.stream().noneMatch(p -> p.says(false, action, resource, context));
  }
}
