package org.snapshotproxy.endpoint.service;

import java.time.Clock;
import java.time.Instant;
import java.util.UUID;
import org.snapshotproxy.endpoint.auth.Caller;
import org.snapshotproxy.endpoint.auth.Sessions;
import org.snapshotproxy.endpoint.wire.Reply;

/** STS GetCallerIdentity and AssumeRole, and S3 ListBuckets. Safe for many threads. */
final class StsAndS3 {
  private static final String NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/";
  private static final int DEFAULT_SESSION_SECONDS = 3600;

  private final Sessions sessions;
  private final Clock clock;

  StsAndS3(Sessions sessions, Clock clock) {
    this.sessions = sessions;
    this.clock = clock;
  }

  Reply sts(Route route, Caller caller) throws ServiceError {
    return switch (route.operation()) {
      case "GetCallerIdentity" -> identity(caller);
      case "AssumeRole" -> assumeRole(route);
      default ->
          throw new ServiceError(
              400, "InvalidAction", "", "Could not find operation " + route.operation());
    };
  }

  private static Reply identity(Caller caller) {
    Xml xml =
        begin("GetCallerIdentity")
            .leaf("Arn", caller.arn())
            .leaf("UserId", caller.accessKey().isEmpty() ? caller.account() : caller.accessKey())
            .leaf("Account", caller.account());
    return end(xml, "GetCallerIdentity");
  }

  private Reply assumeRole(Route route) throws ServiceError {
    String role = route.parameter("RoleArn");
    String name = route.parameter("RoleSessionName");
    String[] parts = role.split(":");
    if (parts.length != 6 || !parts[4].matches("[0-9]{12}") || !parts[5].startsWith("role/")) {
      throw invalid("RoleArn '" + role + "' is not the ARN of a role.");
    }
    if (!name.matches("[\\w+=,.@-]{2,64}")) {
      throw invalid("RoleSessionName '" + name + "' is not valid.");
    }
    String roleName = parts[5].substring(parts[5].lastIndexOf('/') + 1);
    String arn = "arn:aws:sts::" + parts[4] + ":assumed-role/" + roleName + "/" + name;
    Instant expires = clock.instant().plusSeconds(sessionSeconds(route));
    Sessions.Session session = sessions.assume(parts[4], arn, expires);
    Xml xml =
        begin("AssumeRole")
            .open("Credentials")
            .leaf("AccessKeyId", session.accessKey())
            .leaf("SecretAccessKey", session.secret())
            .leaf("SessionToken", session.token())
            .leaf("Expiration", session.expires())
            .close("Credentials")
            .open("AssumedRoleUser")
            .leaf("AssumedRoleId", "AROALOCALENDPOINT:" + name)
            .leaf("Arn", arn)
            .close("AssumedRoleUser");
    return end(xml, "AssumeRole");
  }

  private static int sessionSeconds(Route route) throws ServiceError {
    String text = route.parameter("DurationSeconds");
    if (text.isEmpty()) {
      return DEFAULT_SESSION_SECONDS;
    }
    if (!text.matches("[0-9]{3,5}")
        || Integer.parseInt(text) < 900
        || Integer.parseInt(text) > 43_200) {
      throw invalid("DurationSeconds is " + text + ", it has to be 900 to 43200.");
    }
    return Integer.parseInt(text);
  }

  private static ServiceError invalid(String message) {
    return new ServiceError(400, "ValidationError", "", message);
  }

  private static Xml begin(String operation) {
    return new Xml()
        .open(operation + "Response xmlns=\"" + NAMESPACE + "\"")
        .open(operation + "Result");
  }

  private static Reply end(Xml xml, String operation) {
    xml.close(operation + "Result")
        .open("ResponseMetadata")
        .leaf("RequestId", UUID.randomUUID())
        .close("ResponseMetadata")
        .close(operation + "Response");
    return Reply.text(200, "text/xml", xml.toString());
  }

  Reply s3(Route route, Caller caller) throws ServiceError {
    if (!route.operation().equals("ListBuckets")) {
      throw new ServiceError(501, "NotImplemented", "", "Only ListBuckets is implemented here.");
    }
    Xml xml =
        new Xml()
            .open("ListAllMyBucketsResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"")
            .open("Owner")
            .leaf("ID", caller.account())
            .close("Owner")
            .open("Buckets")
            .close("Buckets")
            .close("ListAllMyBucketsResult");
    return Reply.text(200, "application/xml", xml.toString());
  }
}
