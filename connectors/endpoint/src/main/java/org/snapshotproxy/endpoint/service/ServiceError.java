package org.snapshotproxy.endpoint.service;

/** A refusal, in the words of the service. */
public final class ServiceError extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;
  private final String reason;

  /**
   * @param status HTTP status
   * @param code the error's type on the wire
   * @param reason as the EBS model lists them, or empty
   */
  public ServiceError(int status, String code, String reason, String message) {
    super(message, null, false, false);
    this.status = status;
    this.code = code;
    this.reason = reason;
  }

  static ServiceError validation(String reason, String message) {
    return new ServiceError(400, "ValidationException", reason, message);
  }

  static ServiceError invalid(String message) {
    return validation("INVALID_PARAMETER_VALUE", message);
  }

  /** No such snapshot in the EBS direct APIs. */
  public static ServiceError notFound(String snapshotId) {
    return new ServiceError(
        404,
        "ResourceNotFoundException",
        "SNAPSHOT_NOT_FOUND",
        "The snapshot '" + snapshotId + "' does not exist.");
  }

  /** HTTP status. */
  public int status() {
    return status;
  }

  /** The error's type on the wire. */
  public String code() {
    return code;
  }

  /** The reason, or empty. */
  public String reason() {
    return reason;
  }
}
