package org.snapshotproxy.endpoint.auth;

/**
 * A long-term key pair that the server accepts.
 *
 * @param accountId 12 digits
 */
public record Credential(String accessKey, String secret, String accountId) {
  /**
   * @throws IllegalArgumentException if a part is empty or the account is not 12 digits
   */
  public Credential {
    if (accessKey.isEmpty() || secret.isEmpty()) {
      throw new IllegalArgumentException("access key and secret must not be empty");
    }
    if (!accountId.matches("[0-9]{12}")) {
      throw new IllegalArgumentException("account id '" + accountId + "' is not 12 digits");
    }
  }

  /**
   * Reads {@code ACCESS_KEY:SECRET:ACCOUNT_ID}.
   *
   * @throws IllegalArgumentException if it is not that
   */
  public static Credential parse(String text) {
    String[] parts = text.split(":", -1);
    if (parts.length != 3) {
      throw new IllegalArgumentException("a credential is ACCESS_KEY:SECRET:ACCOUNT_ID");
    }
    return new Credential(parts[0], parts[1], parts[2]);
  }

  @Override
  public String toString() {
    return accessKey + ":***:" + accountId;
  }
}
