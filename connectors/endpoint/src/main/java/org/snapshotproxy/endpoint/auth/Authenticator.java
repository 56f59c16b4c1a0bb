package org.snapshotproxy.endpoint.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.snapshotproxy.endpoint.auth.AuthFailure.Kind;
import org.snapshotproxy.endpoint.wire.Request;

/** Finds out who sent a request. With no credentials configured it believes everybody. */
public final class Authenticator {
  private static final Duration MAX_SKEW = Duration.ofMinutes(15);
  private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'");

  private final Map<String, Credential> credentials;
  private final Sessions sessions;
  private final Clock clock;
  private final String defaultRegion;
  private final String defaultAccount;

  /**
   * @param credentials the key pairs to accept; none accepts any request
   * @param defaultRegion of requests without a signature
   * @param defaultAccount of requests whose key nobody knows
   */
  public Authenticator(
      List<Credential> credentials,
      Sessions sessions,
      Clock clock,
      String defaultRegion,
      String defaultAccount) {
    this.credentials =
        credentials.stream().collect(Collectors.toMap(Credential::accessKey, Function.identity()));
    this.sessions = sessions;
    this.clock = clock;
    this.defaultRegion = defaultRegion;
    this.defaultAccount = defaultAccount;
  }

  /**
   * Who sent the request.
   *
   * @param bodyHash computes SHA-256 of the body, lower-case hexadecimal; called only if needed
   * @throws AuthFailure if the request does not prove it
   */
  public Caller authenticate(Request request, Supplier<String> bodyHash) throws AuthFailure {
    Optional<Scope> scope = Scope.of(request);
    boolean open = credentials.isEmpty();
    if (scope.isEmpty()) {
      if (open) {
        return new Caller(defaultAccount, userArn(defaultAccount), "", defaultRegion, "");
      }
      throw new AuthFailure(Kind.MISSING, "Missing Authentication Token");
    }
    Optional<String> token = request.header("x-amz-security-token");
    Optional<Sessions.Session> session =
        token.flatMap(t -> sessions.find(scope.get().accessKey(), t));
    if (!open) {
      verify(request, scope.get(), secretOf(scope.get(), token, session), bodyHash);
    }
    String account =
        session
            .map(Sessions.Session::account)
            .orElseGet(
                () ->
                    Optional.ofNullable(credentials.get(scope.get().accessKey()))
                        .map(Credential::accountId)
                        .orElse(defaultAccount));
    String arn = session.map(Sessions.Session::arn).orElse(userArn(account));
    Scope s = scope.get();
    return new Caller(account, arn, s.accessKey(), s.region(), s.service());
  }

  private static String userArn(String account) {
    return "arn:aws:iam::" + account + ":root";
  }

  private String secretOf(Scope scope, Optional<String> token, Optional<Sessions.Session> session)
      throws AuthFailure {
    if (session.isPresent()) {
      if (sessions.ended(session.get())) {
        throw new AuthFailure(
            Kind.EXPIRED_SESSION, "The security token included in the request is expired");
      }
      return session.get().secret();
    }
    Credential known = credentials.get(scope.accessKey());
    if (known == null || token.isPresent()) {
      throw new AuthFailure(
          Kind.UNKNOWN_KEY, "The security token included in the request is invalid.");
    }
    return known.secret();
  }

  private void verify(Request request, Scope scope, String secret, Supplier<String> bodyHash)
      throws AuthFailure {
    checkDate(request, scope);
    if (!scope.signedHeaders().contains("host")) {
      throw new AuthFailure(Kind.INCOMPLETE, "'Host' must be a signed header.");
    }
    Optional<String> declared = request.header("x-amz-content-sha256");
    String hash = declared.orElseGet(bodyHash);
    boolean fits = fits(request, scope, secret, hash);
    if (!fits && declared.isEmpty() && request.method().equals("PUT")) {
      fits = fits(request, scope, secret, "UNSIGNED-PAYLOAD");
    }
    if (!fits) {
      throw new AuthFailure(
          Kind.WRONG_SIGNATURE,
          "The request signature we calculated does not match the signature you provided. Check"
              + " your AWS Secret Access Key and signing method.");
    }
    if (declared.isPresent() && isHash(hash) && !hash.equals(bodyHash.get())) {
      throw new AuthFailure(
          Kind.WRONG_BODY,
          "The provided 'x-amz-content-sha256' header does not match what was computed.");
    }
  }

  private static boolean isHash(String declared) {
    return declared.matches("[0-9a-f]{64}");
  }

  private static boolean fits(Request request, Scope scope, String secret, String payloadHash) {
    String wanted = SigV4.signature(request, scope, secret, payloadHash);
    return MessageDigest.isEqual(
        wanted.getBytes(StandardCharsets.US_ASCII),
        scope.signature().getBytes(StandardCharsets.US_ASCII));
  }

  private void checkDate(Request request, Scope scope) throws AuthFailure {
    String text = SigV4.date(request);
    Instant sent;
    try {
      sent = LocalDateTime.parse(text, DATE).toInstant(ZoneOffset.UTC);
    } catch (DateTimeParseException e) {
      throw new AuthFailure(Kind.INCOMPLETE, "X-Amz-Date is missing or malformed: '" + text + "'");
    }
    if (!text.startsWith(scope.date())) {
      throw new AuthFailure(
          Kind.WRONG_SIGNATURE, "Date in Credential scope does not match X-Amz-Date");
    }
    if (Duration.between(sent, clock.instant()).abs().compareTo(MAX_SKEW) > 0) {
      throw new AuthFailure(
          Kind.SKEWED,
          "Signature expired: " + text + " is more than 15 minutes from " + clock.instant());
    }
  }
}
