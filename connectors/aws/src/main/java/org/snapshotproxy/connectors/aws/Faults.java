package org.snapshotproxy.connectors.aws;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Set;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;

/** What an SDK error means, decided in one place. */
public final class Faults {
  /** The kinds of fault, by what helps. */
  public enum Kind {
    /** Nothing helps: permission, validation, absence. */
    FATAL,
    /** Another try may help: 5xx, connection, timeout. */
    PASSING,
    /** Fewer requests help. */
    THROTTLED,
    /** The calling thread is to stop. */
    INTERRUPTED
  }

  /** The codes of the model and of the services' front doors. */
  private static final Set<String> THROTTLES =
      Set.of(
          "ThrottlingException",
          "Throttling",
          "RequestThrottledException",
          "RequestThrottled",
          "RequestLimitExceeded",
          "TooManyRequestsException",
          "SlowDown");

  /**
   * The codes with which the services' front doors refuse a signature, before any permission is
   * looked at.
   */
  private static final Set<String> BAD_CREDENTIALS =
      Set.of(
          "ExpiredToken",
          "ExpiredTokenException",
          "IncompleteSignature",
          "IncompleteSignatureException",
          "InvalidAccessKeyId",
          "InvalidClientTokenId",
          "InvalidSignatureException",
          "InvalidToken",
          "AuthFailure",
          "MissingAuthenticationToken",
          "MissingAuthenticationTokenException",
          "RequestTimeTooSkewed",
          "SignatureDoesNotMatch",
          "UnrecognizedClientException");

  private Faults() {}

  /**
   * Sorts an error.
   *
   * @param known what the service's own refusals mean
   */
  public static Kind classify(SdkException error, ServiceFaults known) {
    if (error instanceof AbortedException || error.getCause() instanceof InterruptedException) {
      return Kind.INTERRUPTED;
    }
    if (error instanceof AwsServiceException service) {
      return classify(service, known);
    }
    if (error instanceof SdkClientException client && isConfiguration(client)) {
      return Kind.FATAL;
    }
    return Kind.PASSING;
  }

  private static Kind classify(AwsServiceException error, ServiceFaults known) {
    if (THROTTLES.contains(code(error)) || error.statusCode() == 429) {
      return Kind.THROTTLED;
    }
    if (error.statusCode() >= 500 || known.passes(error)) {
      return Kind.PASSING;
    }
    return Kind.FATAL;
  }

  private static boolean isConfiguration(SdkClientException error) {
    String message = String.valueOf(error.getMessage());
    return message.contains("Unable to load credentials")
        || message.contains("Profile file contained no credentials")
        || message.contains("profile")
        || message.contains("Unable to load region");
  }

  /** Whether the snapshot that was asked for does not exist. */
  public static boolean isNotFound(Throwable error) {
    return error instanceof AwsServiceException service
        && ("ResourceNotFoundException".equals(code(service))
            || "InvalidSnapshot.NotFound".equals(code(service)));
  }

  /** Whether no connection came about: the network or the whole service is away. */
  static boolean isUnreachable(Throwable error) {
    Throwable root = root(error);
    return root instanceof ConnectException
        || root instanceof UnknownHostException
        || root instanceof NoRouteToHostException
        || root instanceof SocketTimeoutException && root.getMessage().contains("onnect timed out");
  }

  /** Whether permission is missing. */
  public static boolean isDenied(Throwable error) {
    return error instanceof AwsServiceException service && service.statusCode() == 403;
  }

  /**
   * One sentence for the user: what, where, why, and what to do where that is known.
   *
   * @param known what the service's own refusals mean
   */
  static String sentence(String what, SdkException error, ServiceFaults known) {
    if (error instanceof AwsServiceException service) {
      return known
          .remedy(Permission.operation(what), service)
          .map(remedy -> what + " was refused (" + said(service) + "); " + remedy + ".")
          .orElseGet(() -> sentence(what, service));
    }
    String message = String.valueOf(error.getMessage());
    if (isConfiguration((SdkClientException) error)) {
      return what
          + " needs AWS credentials and found none that work ("
          + firstSentence(message)
          + "); set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or pass --profile.";
    }
    Throwable root = root(error);
    if (isUnreachable(error)) {
      return what
          + " could not connect ("
          + describe(root)
          + "); check the region, the endpoint URL and the network.";
    }
    return what + " failed: " + describe(root) + ".";
  }

  private static String sentence(String what, AwsServiceException error) {
    String said = said(error);
    if (BAD_CREDENTIALS.contains(code(error))) {
      return what
          + " was refused for its credentials ("
          + said
          + "); check the access key, its secret, the session token or the profile, and this machine's clock.";
    }
    if (isDenied(error)) {
      return what
          + " was denied ("
          + said
          + "); the caller needs the permission "
          + Permission.missing(what, error).orElse("for it")
          + ", or other credentials.";
    }
    if (isNotFound(error)) {
      return what
          + " found no such snapshot ("
          + said
          + "); check the id, the region and the account.";
    }
    return what + " was refused (" + said + ").";
  }

  private static String said(AwsServiceException error) {
    String named = code(error).isEmpty() ? "HTTP " + error.statusCode() : code(error);
    return named + ": " + detail(error);
  }

  /** The service's own words, without the SDK's additions. */
  public static String detail(AwsServiceException error) {
    String message =
        error.awsErrorDetails() == null ? null : error.awsErrorDetails().errorMessage();
    if (message == null || message.isBlank()) {
      return "HTTP " + error.statusCode();
    }
    return message.endsWith(".") ? message.substring(0, message.length() - 1) : message;
  }

  /** The service's code of the error, or nothing. */
  public static String code(AwsServiceException error) {
    String code = error.awsErrorDetails() == null ? null : error.awsErrorDetails().errorCode();
    return code == null ? "" : code;
  }

  private static String firstSentence(String message) {
    int end = message.indexOf(". ");
    String first = end < 0 ? message : message.substring(0, end);
    int chain = first.indexOf(" in the chain");
    return chain < 0 ? first : first.substring(0, chain);
  }

  private static Throwable root(Throwable error) {
    Throwable root = error;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    return root;
  }

  private static String describe(Throwable error) {
    String message = error.getMessage();
    String name = error instanceof IOException ? error.getClass().getSimpleName() + ": " : "";
    return message == null ? error.getClass().getSimpleName() : name + message;
  }
}
