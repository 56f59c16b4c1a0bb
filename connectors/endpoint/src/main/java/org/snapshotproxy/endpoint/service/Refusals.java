package org.snapshotproxy.endpoint.service;

import org.snapshotproxy.endpoint.auth.Caller;
import org.snapshotproxy.endpoint.fault.FaultRule;
import org.snapshotproxy.endpoint.service.Route.Protocol;

/** What a fault that refuses a request is called in the request's protocol. */
final class Refusals {
  private Refusals() {}

  static ServiceError of(FaultRule rule, Route route, Caller caller) {
    boolean ebs = route.protocol() == Protocol.EBS;
    return switch (rule.kind()) {
      case THROTTLE -> ebs ? accountThrottle(rule.reason()) : queryThrottle(route.protocol());
      case SNAPSHOT_THROTTLE ->
          ebs ? snapshotThrottle(rule.reason()) : queryThrottle(route.protocol());
      case SERVER_ERROR -> serverError(rule.status(), ebs);
      case ACCESS_DENIED -> denied(rule.reason(), route, caller);
      case QUOTA_EXCEEDED ->
          new ServiceError(
              402,
              "ServiceQuotaExceededException",
              "DEPENDENCY_SERVICE_QUOTA_EXCEEDED",
              "The account's quotas do not allow this.");
      case INVALID_KEY ->
          ServiceError.validation("INVALID_CUSTOMER_KEY", "The KMS key cannot be used.");
      case EXPIRED_PAGE_TOKEN ->
          ServiceError.validation("INVALID_PAGE_TOKEN", "The page token has expired.");
      case EXPIRED_BLOCK_TOKEN ->
          ServiceError.validation("INVALID_BLOCK_TOKEN", "The block token has expired.");
      default -> ServiceError.notFound(route.snapshotId());
    };
  }

  static ServiceError accountThrottle(String reason) {
    return new ServiceError(
        400,
        "ThrottlingException",
        reason.isEmpty() ? "ACCOUNT_THROTTLED" : reason,
        "The account's request rate is exceeded.");
  }

  static ServiceError snapshotThrottle(String reason) {
    return new ServiceError(
        400,
        "RequestThrottledException",
        reason.isEmpty() ? "RESOURCE_LEVEL_THROTTLE" : reason,
        "The snapshot's request rate is exceeded.");
  }

  private static ServiceError queryThrottle(Protocol protocol) {
    return switch (protocol) {
      case S3 -> new ServiceError(503, "SlowDown", "", "Please reduce your request rate.");
      case STS -> new ServiceError(400, "Throttling", "", "Rate exceeded");
      default -> new ServiceError(503, "RequestLimitExceeded", "", "Request limit exceeded.");
    };
  }

  private static ServiceError serverError(int status, boolean ebs) {
    String query = status == 503 ? "Unavailable" : "InternalError";
    return new ServiceError(
        status, ebs ? "InternalServerException" : query, "", "An internal error has occurred.");
  }

  private static ServiceError denied(String reason, Route route, Caller caller) {
    String action =
        switch (route.protocol()) {
          case EBS -> "ebs:";
          case EC2 -> "ec2:";
          case STS -> "sts:";
          case S3 -> "s3:";
        };
    String on =
        route.protocol() == Protocol.EBS
            ? "arn:aws:ec2:" + caller.region() + "::snapshot/" + route.snapshotId()
            : "";
    return denied(reason, route, caller, action + route.operation(), on);
  }

  /** What a caller is told whose policies do not allow an action on a resource. */
  static ServiceError denied(Route route, Caller caller, String action, String resource) {
    return denied("", route, caller, action, resource);
  }

  private static ServiceError denied(
      String reason, Route route, Caller caller, String action, String resource) {
    String message =
        "User: "
            + caller.arn()
            + " is not authorized to perform: "
            + action
            + (resource.isEmpty() ? "" : " on resource: " + resource);
    return switch (route.protocol()) {
      case EBS ->
          new ServiceError(
              403,
              "AccessDeniedException",
              reason.isEmpty() ? "UNAUTHORIZED_ACCOUNT" : reason,
              message);
      case EC2 -> new ServiceError(403, "UnauthorizedOperation", "", message);
      case STS, S3 -> new ServiceError(403, "AccessDenied", "", message);
    };
  }
}
