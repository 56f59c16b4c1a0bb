package org.snapshotproxy.endpoint.service;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.UUID;
import org.snapshotproxy.endpoint.auth.AuthFailure;
import org.snapshotproxy.endpoint.service.Route.Protocol;
import org.snapshotproxy.endpoint.wire.Reply;

/** Errors in the shape of each protocol. */
final class ErrorReplies {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ErrorReplies() {}

  static Reply of(Protocol protocol, ServiceError error) {
    return switch (protocol) {
      case EBS -> ebs(error);
      case EC2 -> ec2(error);
      case STS -> sts(error);
      case S3 -> s3(error);
    };
  }

  private static Reply ebs(ServiceError error) {
    ObjectNode body = JSON.createObjectNode().put("Message", error.getMessage());
    if (!error.reason().isEmpty()) {
      body.put("Reason", error.reason());
    }
    return Reply.text(error.status(), "application/json", body.toString())
        .header("x-amzn-ErrorType", error.code());
  }

  private static Reply ec2(ServiceError error) {
    Xml xml =
        new Xml()
            .open("Response")
            .open("Errors")
            .open("Error")
            .leaf("Code", error.code())
            .leaf("Message", error.getMessage())
            .close("Error")
            .close("Errors")
            .leaf("RequestID", UUID.randomUUID())
            .close("Response");
    return Reply.text(error.status(), "text/xml;charset=UTF-8", xml.toString());
  }

  private static Reply sts(ServiceError error) {
    Xml xml =
        new Xml()
            .open("ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"")
            .open("Error")
            .leaf("Type", error.status() < 500 ? "Sender" : "Receiver")
            .leaf("Code", error.code())
            .leaf("Message", error.getMessage())
            .close("Error")
            .leaf("RequestId", UUID.randomUUID())
            .close("ErrorResponse");
    return Reply.text(error.status(), "text/xml", xml.toString());
  }

  private static Reply s3(ServiceError error) {
    Xml xml =
        new Xml()
            .open("Error")
            .leaf("Code", error.code())
            .leaf("Message", error.getMessage())
            .leaf("RequestId", UUID.randomUUID())
            .close("Error");
    return Reply.text(error.status(), "application/xml", xml.toString());
  }

  /** What each service calls a failed authentication. */
  static ServiceError of(Protocol protocol, AuthFailure failure) {
    String message = failure.getMessage();
    AuthFailure.Kind kind = failure.kind();
    return switch (protocol) {
      case EBS -> new ServiceError(403, ebsCode(kind), "", message);
      case EC2 ->
          new ServiceError(
              switch (kind) {
                case UNKNOWN_KEY -> 401;
                case SKEWED, EXPIRED_SESSION, WRONG_BODY, INCOMPLETE -> 400;
                case MISSING, WRONG_SIGNATURE -> 403;
              },
              ec2Code(kind),
              "",
              message);
      case STS -> new ServiceError(403, stsCode(kind), "", message);
      case S3 -> new ServiceError(403, s3Code(kind), "", message);
    };
  }

  private static String ebsCode(AuthFailure.Kind kind) {
    return switch (kind) {
      case MISSING -> "MissingAuthenticationTokenException";
      case INCOMPLETE -> "IncompleteSignatureException";
      case UNKNOWN_KEY -> "UnrecognizedClientException";
      case EXPIRED_SESSION -> "ExpiredTokenException";
      case WRONG_SIGNATURE, SKEWED, WRONG_BODY -> "InvalidSignatureException";
    };
  }

  private static String ec2Code(AuthFailure.Kind kind) {
    return switch (kind) {
      case MISSING -> "MissingAuthenticationToken";
      case INCOMPLETE -> "IncompleteSignature";
      case UNKNOWN_KEY -> "AuthFailure";
      case EXPIRED_SESSION, SKEWED -> "RequestExpired";
      case WRONG_SIGNATURE, WRONG_BODY -> "SignatureDoesNotMatch";
    };
  }

  private static String stsCode(AuthFailure.Kind kind) {
    return switch (kind) {
      case MISSING -> "MissingAuthenticationToken";
      case INCOMPLETE -> "IncompleteSignature";
      case UNKNOWN_KEY -> "InvalidClientTokenId";
      case EXPIRED_SESSION -> "ExpiredToken";
      case WRONG_SIGNATURE, SKEWED, WRONG_BODY -> "SignatureDoesNotMatch";
    };
  }

  private static String s3Code(AuthFailure.Kind kind) {
    return switch (kind) {
      case MISSING -> "AccessDenied";
      case INCOMPLETE -> "AuthorizationHeaderMalformed";
      case UNKNOWN_KEY -> "InvalidAccessKeyId";
      case EXPIRED_SESSION -> "ExpiredToken";
      case SKEWED -> "RequestTimeTooSkewed";
      case WRONG_SIGNATURE -> "SignatureDoesNotMatch";
      case WRONG_BODY -> "XAmzContentSHA256Mismatch";
    };
  }
}
