package org.snapshotproxy.endpoint.service;

import java.io.IOException;
import java.time.Clock;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.snapshotproxy.endpoint.auth.AuthFailure;
import org.snapshotproxy.endpoint.auth.Authenticator;
import org.snapshotproxy.endpoint.auth.Caller;
import org.snapshotproxy.endpoint.fault.FaultContext;
import org.snapshotproxy.endpoint.fault.Verdict;
import org.snapshotproxy.endpoint.policy.Call;
import org.snapshotproxy.endpoint.wire.Handler;
import org.snapshotproxy.endpoint.wire.Reply;
import org.snapshotproxy.endpoint.wire.Request;

/** The door of the services. Safe for many threads. */
public final class Dispatcher implements Handler {
  private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

  private final Authenticator authenticator;
  private final Services services;
  private final Monitor monitor;
  private final Handler control;
  private final Quotas quotas;

  /**
   * @param control answers what is asked under {@code /_control}
   */
  public Dispatcher(
      Authenticator authenticator,
      Services services,
      Monitor monitor,
      Handler control,
      Clock clock) {
    this.authenticator = authenticator;
    this.services = services;
    this.monitor = monitor;
    this.control = control;
    this.quotas = new Quotas(clock);
  }

  @Override
  public Reply handle(Request request) {
    if (request.rawPath().startsWith("/_control")) {
      return control.handle(request);
    }
    Route route;
    try {
      route = Route.of(request);
    } catch (IllegalArgumentException malformed) {
      return Reply.text(400, "text/plain", "The path or query cannot be decoded: " + malformed);
    }
    Reply reply;
    try {
      reply = decodeAndAnswer(route, request);
    } catch (ServiceError e) {
      monitor.counters().count(route.operation(), e.code());
      reply = ErrorReplies.of(route.protocol(), e);
    }
    byte[] id = new byte[16];
    ThreadLocalRandom.current().nextBytes(id);
    return reply.header("x-amzn-RequestId", HexFormat.of().formatHex(id));
  }

  private Reply decodeAndAnswer(Route route, Request request) throws ServiceError {
    if (!AwsChunked.applies(request)) {
      return answer(route, request);
    }
    Request decoded = AwsChunked.decode(request);
    try {
      return answer(route, decoded);
    } finally {
      decoded.body().release();
    }
  }

  private Reply answer(Route route, Request request) throws ServiceError {
    BodyDigest body = new BodyDigest(request.body());
    try {
      Caller caller = authenticator.authenticate(request, body::hex);
      authorize(route, caller, request);
      return judged(route, caller, request, body);
    } catch (AuthFailure e) {
      throw ErrorReplies.of(route.protocol(), e);
    } catch (IOException | RuntimeException e) {
      LOG.error("{} {} failed", request.method(), request.uri(), e);
      throw new ServiceError(500, internal(route), "", "An internal error has occurred: " + e);
    }
  }

  private void authorize(Route route, Caller caller, Request request) throws ServiceError {
    for (Call call : services.permissions().of(route, caller, request)) {
      monitor.calls().add(call);
      Optional<String> resource = monitor.policies().denies(call);
      if (resource.isPresent()) {
        throw Refusals.denied(route, caller, call.action(), resource.get());
      }
    }
  }

  private static String internal(Route route) {
    return route.protocol() == Route.Protocol.EBS ? "InternalServerException" : "InternalError";
  }

  private Reply judged(Route route, Caller caller, Request request, BodyDigest body)
      throws ServiceError, IOException {
    Verdict verdict = monitor.faults().judge(context(route, caller));
    Reply reply;
    try {
      if (verdict.refusal().isPresent()) {
        throw Refusals.of(verdict.refusal().get(), route, caller);
      }
      if (monitor.settings().quotas()) {
        quotas.check(route, caller, monitor.settings().quotaShare());
      }
      OptionalInt entries = verdict.pageEntries();
      PageShape shape = max -> entries.isPresent() ? Math.min(max, entries.getAsInt()) : max;
      reply = services.call(route, caller, request, body, shape);
      monitor.counters().count(route.operation(), "ok");
      if (!route.block().isEmpty()) {
        monitor.tallies().count(route.operation(), route.snapshotId(), route.blockIndex());
      }
    } catch (ServiceError e) {
      if (verdict == Verdict.FINE) {
        throw e;
      }
      monitor.counters().count(route.operation(), e.code());
      reply = ErrorReplies.of(route.protocol(), e);
    }
    ReplyFaults.apply(verdict, reply);
    return reply;
  }

  private FaultContext context(Route route, Caller caller) {
    return new FaultContext(
        route.operation(),
        route.snapshotId(),
        route.blockIndex(),
        caller.region(),
        caller.accessKey(),
        !route.parameter("pageToken").isEmpty(),
        services.ageMillis(route.snapshotId()));
  }
}
