package io.kvsinfer.local.kvs;

/** A refusal, answered as AWS's REST JSON protocol spells errors. */
final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String type;

  ApiException(int status, String type, String message) {
    super(message, null, false, false);
    this.status = status;
    this.type = type;
  }

  static ApiException badRequest(String type, String message) {
    return new ApiException(400, type, message);
  }

  static ApiException invalid(String message) {
    return badRequest("InvalidArgumentException", message);
  }

  static ApiException notFound(String message) {
    return new ApiException(404, "ResourceNotFoundException", message);
  }

  static ApiException limit(String message) {
    return badRequest("ClientLimitExceededException", message);
  }

  static ApiException forbidden(String message) {
    return new ApiException(403, "NotAuthorizedException", message);
  }

  int status() {
    return status;
  }

  /** Name of the exception in the service's model. */
  String type() {
    return type;
  }

  /** The message, never null here. */
  String text() {
    return String.valueOf(getMessage());
  }
}
