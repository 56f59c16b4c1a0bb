package org.snapshotproxy.endpoint.auth;

/** A request that does not prove who sent it. */
public final class AuthFailure extends Exception {
  private static final long serialVersionUID = 1L;

  /** What is wrong with it. */
  public enum Kind {
    /** It is not signed. */
    MISSING,
    /** The Authorization header cannot be read. */
    INCOMPLETE,
    /** Nobody has that access key or session token. */
    UNKNOWN_KEY,
    /** The session has ended. */
    EXPIRED_SESSION,
    /** The signature is another one. */
    WRONG_SIGNATURE,
    /** Its date is more than 15 minutes off. */
    SKEWED,
    /** The body is not the one that was signed. */
    WRONG_BODY
  }

  private final Kind kind;

  AuthFailure(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  /** What is wrong with it. */
  public Kind kind() {
    return kind;
  }
}
