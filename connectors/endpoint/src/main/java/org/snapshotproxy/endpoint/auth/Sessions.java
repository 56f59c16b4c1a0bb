package org.snapshotproxy.endpoint.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/**
 * Temporary credentials. Nothing is kept: account, role and end stand in the session token, sealed
 * with the server's secret, and the secret key is derived from it.
 */
public final class Sessions {
  private static final String KEY_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final int KEY_LENGTH = 16;

  private final byte[] secret;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

  /** Sessions sealed with the given secret. */
  public Sessions(byte[] secret, Clock clock) {
    this.secret = secret.clone();
    this.clock = clock;
  }

  /**
   * Temporary credentials as STS hands them out.
   *
   * @param expires when the service stops accepting them
   */
  public record Session(
      String accessKey, String secret, String token, String account, String arn, Instant expires) {}

  /** Starts a session of an assumed role. */
  public Session assume(String account, String arn, Instant expires) {
    StringBuilder key = new StringBuilder("ASIA");
    for (int i = 0; i < KEY_LENGTH; i++) {
      key.append(KEY_LETTERS.charAt(random.nextInt(KEY_LETTERS.length())));
    }
    String claims = key + "|" + account + "|" + arn + "|" + expires.getEpochSecond();
    String token = encode(claims) + "." + seal(claims);
    return session(claims.split("\\|"), token);
  }

  /** The session that a token stands for, ended or not; nothing if the token is not ours. */
  Optional<Session> find(String accessKey, String token) {
    int dot = token.indexOf('.');
    if (dot < 0) {
      return Optional.empty();
    }
    String claims;
    try {
      claims =
          new String(
              Base64.getUrlDecoder().decode(token.substring(0, dot)), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
    byte[] sealed = token.substring(dot + 1).getBytes(StandardCharsets.UTF_8);
    if (!MessageDigest.isEqual(sealed, seal(claims).getBytes(StandardCharsets.UTF_8))) {
      return Optional.empty();
    }
    return Optional.of(session(claims.split("\\|"), token))
        .filter(s -> s.accessKey().equals(accessKey));
  }

  boolean ended(Session session) {
    return clock.instant().isAfter(session.expires());
  }

  private Session session(String[] claims, String token) {
    String derived =
        Base64.getEncoder().withoutPadding().encodeToString(SigV4.hmac(secret, "key|" + token));
    Instant expires = Instant.ofEpochSecond(Long.parseLong(claims[3]));
    return new Session(claims[0], derived, token, claims[1], claims[2], expires);
  }

  private String seal(String claims) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(SigV4.hmac(secret, "session|" + claims));
  }

  private static String encode(String claims) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(claims.getBytes(StandardCharsets.UTF_8));
  }
}
