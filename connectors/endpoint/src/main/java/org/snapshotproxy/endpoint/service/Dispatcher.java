package org.snapshotproxy.endpoint.service;

import java.io.IOException;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.snapshotproxy.endpoint.auth.AuthFailure;
import org.snapshotproxy.endpoint.auth.Authenticator;
import org.snapshotproxy.endpoint.auth.Caller;
import org.snapshotproxy.endpoint.wire.Handler;
import org.snapshotproxy.endpoint.wire.Reply;
import org.snapshotproxy.endpoint.wire.Request;

/** The door of the services. Safe for many threads. */
public final class Dispatcher implements Handler {
  private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

  private final Authenticator authenticator;
  private final Services services;
  private final Counters counters;
  private final Handler control;

  /**
   * @param control answers what is asked under {@code /_control}
   */
  public Dispatcher(
      Authenticator authenticator, Services services, Counters counters, Handler control) {
    this.authenticator = authenticator;
    this.services = services;
    this.counters = counters;
    this.control = control;
  }

  @Override
  public Reply handle(Request request) {
    if (request.rawPath().startsWith("/_control")) {
      return control.handle(request);
    }
    Route route = Route.of(request);
    Reply reply;
    try {
      reply = answer(route, request);
      counters.count(route.operation(), "ok");
    } catch (ServiceError e) {
      counters.count(route.operation(), e.code());
      reply = ErrorReplies.of(route.protocol(), e);
    }
    byte[] id = new byte[16];
    ThreadLocalRandom.current().nextBytes(id);
    return reply.header("x-amzn-RequestId", HexFormat.of().formatHex(id));
  }

  private Reply answer(Route route, Request request) throws ServiceError {
    BodyDigest body = new BodyDigest(request.body());
    try {
      Caller caller = authenticator.authenticate(request, body::hex);
      return services.call(route, caller, request, body);
    } catch (AuthFailure e) {
      throw ErrorReplies.of(route.protocol(), e);
    } catch (IOException | RuntimeException e) {
      LOG.error("{} {} failed", request.method(), request.uri(), e);
      throw new ServiceError(500, internal(route), "", "An internal error has occurred: " + e);
    }
  }

  private static String internal(Route route) {
    return route.protocol() == Route.Protocol.EBS ? "InternalServerException" : "InternalError";
  }
}
